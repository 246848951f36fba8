"use client";

import { useSyncExternalStore } from "react";

export interface OnDemand<T> {
  /** Fetches it, unless it is there or on its way. Rejects where it cannot be fetched; the next call asks again. */
  fetch: () => Promise<T>;
  /** What was fetched, as soon as it is there; null before. */
  useFetched: () => T | null;
}

/** Code that is fetched when it is first wanted, one for all places that want it. */
export function onDemand<T>(load: () => Promise<T>): OnDemand<T> {
  let fetched: T | null = null;
  let onItsWay: Promise<T> | null = null;
  const listeners = new Set<() => void>();

  function fetch(): Promise<T> {
    onItsWay ??= load().then(
      (loaded) => {
        fetched = loaded;
        for (const listener of listeners) listener();
        return loaded;
      },
      (error: unknown) => {
        onItsWay = null;
        throw error;
      },
    );
    return onItsWay;
  }

  function subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  return {
    fetch,
    useFetched: () =>
      useSyncExternalStore(
        subscribe,
        () => fetched,
        () => null,
      ),
  };
}

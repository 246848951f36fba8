import { randomId } from "#components/ui/random-id.ts";

/**
 * Where what is not sent yet is kept in this browser, across a reload. Each window has a shelf of its own, so that two
 * windows of one person neither write over each other's nor send the same twice: a lock of the browser says whose it is
 * while its window is open, and what a closed window left behind is taken over by the next that opens.
 *
 * Browsers give locks to secure pages alone. Elsewhere, and without storage, all windows share one shelf, as they must.
 */
export interface Shelf<T> {
  /** What was kept, of this window and of such as are closed. */
  items: T[];
  /** Keeps these in place of all that were. */
  keep: (items: readonly T[]) => void;
  /**
   * Takes over by now what closed windows left behind. A window has several shelves, and they are let go one after
   * another: what must be sent before something else that it left is looked for before that goes out.
   */
  takeLeft: () => Promise<void>;
}

interface Held {
  key: string;
  /** Tells that the window is done with it. */
  release: () => void;
}

/**
 * Claims a shelf until the signal ends it. `read` makes items of what was kept, as far as it can be read; `onMore` is
 * told of what another window leaves behind that was open at first.
 */
export async function openShelf<T>(
  name: string,
  signal: AbortSignal,
  read: (kept: string | null) => T[],
  onMore: (items: T[]) => void,
): Promise<Shelf<T>> {
  const held = await holdOwn(name);
  const key = held?.key ?? name;
  const items = read(load(key));
  const keep = (next: readonly T[]) => write(key, next.length > 0 ? JSON.stringify(next) : null);
  if (!held) return { items, keep, takeLeft: async () => {} };
  if (signal.aborted) held.release();
  else signal.addEventListener("abort", held.release, { once: true });
  // Once it is let go, whoever has it next may have read it: nothing is put on it any more.
  if (signal.aborted) return nothing();
  const others = () =>
    storedKeys().filter((other) => other !== key && (other === name || other.startsWith(`${name}:`)));
  const takeOver = (other: string) => {
    const left = read(load(other));
    // Whoever is told keeps them: on this shelf before they are gone from the other.
    if (left.length > 0) onMore(left);
    write(other, null);
  };
  for (const other of others()) {
    const release = await hold(other);
    if (signal.aborted) {
      release?.();
      return nothing();
    }
    if (!release) {
      void takeOverLater(other, signal, () => takeOver(other));
      continue;
    }
    items.push(...read(load(other)));
    keep(items);
    write(other, null);
    release();
  }
  const takeLeft = async () => {
    for (const other of others()) {
      // Where another has it, it is still open; or it was given to this window before this was answered.
      const release = await hold(other);
      if (release && !signal.aborted) takeOver(other);
      release?.();
    }
  };
  return { items, keep, takeLeft };
}

/** For a window that was closed while its shelf opened. */
function nothing<T>(): Shelf<T> {
  return { items: [], keep: () => {}, takeLeft: async () => {} };
}

/** Waits until another window is closed. */
async function takeOverLater(key: string, signal: AbortSignal, take: () => void): Promise<void> {
  try {
    await navigator.locks.request(key, { signal }, take);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** A key that no other open window has: the one from before a reload, else a new one. A copied window has its original's. */
async function holdOwn(name: string): Promise<Held | null> {
  if (typeof navigator === "undefined" || !navigator.locks) return null;
  for (const key of [ownKey(name, false), ownKey(name, true)]) {
    if (key === null) return null;
    const release = await hold(key);
    if (release) return { key, release };
  }
  return null;
}

/** Takes a lock if it is free and keeps it; null where another window has it. */
function hold(key: string): Promise<(() => void) | null> {
  return new Promise((resolve) => {
    navigator.locks
      .request(key, { ifAvailable: true }, (lock) => {
        if (!lock) return resolve(null);
        const { promise, resolve: release } = Promise.withResolvers<void>();
        resolve(release);
        return promise;
      })
      .catch(() => resolve(null));
  });
}

function ownKey(name: string, isNew: boolean): string | null {
  try {
    const known = isNew ? null : sessionStorage.getItem(name);
    const id = known ?? randomId();
    sessionStorage.setItem(name, id);
    return `${name}:${id}`;
  } catch {
    return null;
  }
}

function storedKeys(): string[] {
  try {
    return Object.keys(localStorage);
  } catch {
    return [];
  }
}

function load(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    // A browser without storage: nothing was kept.
    return null;
  }
}

function write(key: string, text: string | null): void {
  try {
    if (text === null) localStorage.removeItem(key);
    else localStorage.setItem(key, text);
  } catch {
    // Storage is full or switched off: what waits is still here as long as the page is open.
  }
}

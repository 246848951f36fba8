/**
 * Tells the worker of this process, if there is one, that work was enqueued, so that it need not wait for its next
 * look. Workers elsewhere see it at theirs.
 */
const holder = globalThis as typeof globalThis & { secondLookWake?: Set<() => void> };

export function wakeWorker(): void {
  for (const wake of holder.secondLookWake ?? []) wake();
}

/** Registers what to call; returns how to take it back. */
export function onWake(wake: () => void): () => void {
  holder.secondLookWake ??= new Set();
  holder.secondLookWake.add(wake);
  return () => holder.secondLookWake?.delete(wake);
}

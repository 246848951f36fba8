import { fetchToasts } from "#components/ui/toast.ts";

/**
 * Has at hand what a review needs also while the network is gone, or when the server is updated under an open page: what
 * says that an act was taken back, and what an edit and its comparison stand in. Fetched later they would be missed just then.
 */
export function fetchAhead(): void {
  fetchToasts();
  for (const load of LATER) void load().catch(() => undefined);
}

const LATER: readonly (() => Promise<unknown>)[] = [
  () => import("#components/review/editors.tsx"),
  () => import("#components/traces/edited-list.tsx"),
  () => import("#components/traces/word-diff.tsx"),
];

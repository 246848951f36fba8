import { Notice } from "#components/ui/page.tsx";
import type { Withdrawal } from "#lib/datasets/withdrawal.ts";

/** That a version is not to be used any more, and why: stands on every screen that shows the version. */
export function WithdrawnNotice({ withdrawn, what }: { withdrawn: Withdrawal | null; what?: string }) {
  if (!withdrawn) return null;
  return (
    <Notice tone="wrong" title={`${what ?? "This version"} was withdrawn on ${withdrawn.at.slice(0, 10)}`}>
      {withdrawn.reason || "No reason was given. It is not to be used any more."}
    </Notice>
  );
}

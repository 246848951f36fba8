import type { EditedPart } from "#components/traces/edited-parts.ts";
import { DiffRuns } from "#components/traces/word-diff.tsx";
import { diffWords } from "#lib/traces/word-diff.ts";

/** What people changed, word by word, each with its name. */
export function EditedList({ parts }: { parts: readonly EditedPart[] }) {
  return (
    <dl className="mt-3 grid gap-2 border-line border-t pt-3 text-sm">
      {parts.map(({ what, before, after }) => (
        <div key={what}>
          <dt className="text-ink-3 text-xs">{what}, edited</dt>
          <dd dir="auto" className="whitespace-pre-wrap text-ink [overflow-wrap:anywhere]">
            <DiffRuns runs={diffWords(before, after)} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

import { LengthChart } from "#components/datasets/compose-histogram.tsx";
import { PairsLeftOut } from "#components/datasets/compose-pair-fields.tsx";
import { ExistKept } from "#components/datasets/compose-part.tsx";
import { Shortage } from "#components/datasets/compose-record-fields.tsx";
import { formatCount, formatShare } from "#components/ui/format.ts";
import { Figure } from "#components/ui/page.tsx";
import { Table, Td, Th } from "#components/ui/table.tsx";
import { PAIR_KIND_LABELS } from "#lib/datasets/pair-schema.ts";
import type { Recipe, VersionSummary } from "#lib/datasets/schema.ts";
import { SPLITS } from "#lib/datasets/version-schema.ts";

const SPLIT_NAMES = { train: "Training", validation: "Validation", test: "Test" };

/** How the images, and with them the lines of each part, fall to the splits. */
export function VersionSplits({ summary, recipe }: { summary: VersionSummary; recipe: Recipe }) {
  const shown = SPLITS.filter((split) => summary.splits[split]);
  return (
    <Table className="max-w-2xl">
      <thead>
        <tr>
          <Th>Split</Th>
          <Th className="text-right">Images</Th>
          {recipe.sft ? <Th className="text-right">Records</Th> : null}
          {recipe.preference ? <Th className="text-right">Pairs</Th> : null}
          {recipe.steps ? <Th className="text-right">Judged thoughts</Th> : null}
        </tr>
      </thead>
      <tbody>
        {shown.map((split) => {
          const counts = summary.splits[split];
          if (!counts) return null;
          return (
            <tr key={split}>
              <Td>{SPLIT_NAMES[split]}</Td>
              <Td className="tabular text-right">
                {formatCount(counts.images)}{" "}
                <span className="text-ink-3">{formatShare(counts.images / Math.max(1, summary.images))}</span>
              </Td>
              {recipe.sft ? <Td className="tabular text-right">{formatCount(counts.sft)}</Td> : null}
              {recipe.preference ? (
                <Td className="tabular text-right">{formatCount(counts.preference)}</Td>
              ) : null}
              {recipe.steps ? <Td className="tabular text-right">{formatCount(counts.steps)}</Td> : null}
            </tr>
          );
        })}
      </tbody>
    </Table>
  );
}

/** The pairs of a version by kind, with what became of the others, and what length tells of their sides. */
export function VersionPairs({ summary }: { summary: VersionSummary }) {
  const { lengths } = summary;
  return (
    <div className="grid gap-6">
      <Table>
        <thead>
          <tr>
            <Th>Kind</Th>
            <Th className="text-right">Exist → kept</Th>
            <Th>Why not the others</Th>
          </tr>
        </thead>
        <tbody>
          {summary.pairs.map(({ kind, exist, kept, leftOut }) => (
            <tr key={kind}>
              <Td>
                <span className="font-medium">{PAIR_KIND_LABELS[kind].name}</span>
                <span className="block text-ink-3 text-xs">{PAIR_KIND_LABELS[kind].teaches}</span>
              </Td>
              <Td className="text-right">
                <ExistKept exist={exist} kept={kept} />
              </Td>
              <Td className="text-ink-3 text-xs">
                <PairsLeftOut leftOut={leftOut} />
              </Td>
            </tr>
          ))}
        </tbody>
      </Table>
      {lengths?.drawn && lengths.kept ? (
        <div className="grid gap-6 sm:grid-cols-2">
          <LengthChart title="Lengths as drawn" {...lengths.drawn} />
          <LengthChart title="Lengths as kept" {...lengths.kept} />
        </div>
      ) : null}
    </div>
  );
}

/** What the judged thoughts of a version hold. */
export function VersionSteps({ steps }: { steps: NonNullable<VersionSummary["steps"]> }) {
  const { good = 0, wrong = 0, ...others } = steps.byLabel;
  return (
    <dl className="flex flex-wrap gap-x-10 gap-y-4">
      <Figure label="Thoughts" value={formatCount(steps.kept)} />
      <Figure label="Steps" value={formatCount(steps.steps)} />
      <Figure label="Marks" value={formatCount(steps.marks)} />
      <Figure label="Regions" value={formatCount(steps.regions)} />
      <Figure label="Steps agreed good" value={formatCount(good)} />
      <Figure label="Steps agreed wrong" value={formatCount(wrong)} />
      {Object.entries(others).map(([label, count]) => (
        <Figure key={label} label={`Steps agreed ${label}`} value={formatCount(count)} />
      ))}
    </dl>
  );
}

/** How the composition was drawn, in a sentence, and where it could not be filled. */
export function DrawnFrom({ summary, recipe }: { summary: VersionSummary; recipe: Recipe }) {
  const { sft, filter } = recipe;
  const share = sft?.rightShare ?? 1;
  return (
    <div className="mb-6 grid gap-2 text-ink-2 empty:hidden">
      {sft && summary.pools ? (
        <p className="max-w-[72ch]">
          {sft.preset === "published" ? "Composed as published: " : "Composed: "}
          {share < 1 ? `${formatShare(share)} of O and OO together` : "all of O and OO"},{" "}
          {sft.correctedPerRight === null ? "all XO" : `${sft.correctedPerRight} XO for each of them`}, drawn
          from each question in turn with weight {sft.rankWeight} to the power of the rank, the longest first;
          seed <code>{sft.seed}</code>.
        </p>
      ) : null}
      <Shortage pools={summary.pools} />
      {filter.viewName ? <p>Narrowed to the traces of the view “{filter.viewName}”.</p> : null}
      {filter.licences.length > 0 ? (
        <p>
          Without images under: {filter.licences.map((licence) => licence || "no licence named").join(", ")}.
        </p>
      ) : null}
    </div>
  );
}

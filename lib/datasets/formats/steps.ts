import "server-only";
import type { Format, FormatInput } from "#lib/datasets/formats/format.ts";
import { rowsFile } from "#lib/datasets/formats/lines.ts";
import { PICTURES } from "#lib/datasets/formats/llamafactory.ts";
import { renderPrompt } from "#lib/datasets/render-record.ts";
import type { Recipe } from "#lib/datasets/schema.ts";
import type { FrozenSteps, Split } from "#lib/datasets/version-schema.ts";

/** One judged step, with what came before it. Shapes are fractions of the upright picture. */
export interface StepRow {
  id: string;
  trace_revision_id: string;
  kind: string;
  image: string;
  prompt: string;
  /** From 0, over the whole thought. */
  step: number;
  steps: number;
  part: "simple" | "long";
  before: string[];
  text: string;
  /** What the reviewers who marked it agree on; null: they don't, or nobody marked it. */
  label: "good" | "doubtful" | "wrong" | null;
  /** This step or one before it was named as the first error: it may be wrong because of that, and need not be. */
  is_after_first_error: boolean;
  marks: {
    reviewer_id: string;
    rating: string;
    is_not_visible: boolean;
    note: string;
    region_ids: string[];
  }[];
  regions: {
    id: string;
    name: string;
    reviewer_id: string;
    shape: FrozenSteps["regions"][number]["shape"];
  }[];
  verdicts: { reviewer_id: string; decision: string }[];
}

/** Every step that a reviewer marked, or that comes after an error. */
export const steps: Format = {
  async *files(input) {
    const { lines, tally } = input;
    for (const split of await lines.splits("steps"))
      yield rowsFile(`steps/${split}.jsonl`, rows(input, split), tally);
  },
  notes,
};

async function* rows({ lines, facts, pictures, tally }: FormatInput, split: Split) {
  for await (const thoughts of lines.parsed("steps", split)) {
    for (const judged of thoughts) {
      const image = pictures.pathOf(judged);
      const made = toStepRows(judged, facts.recipe, image);
      if (made.length === 0) tally.leaveOut("steps", "no step of it is marked");
      yield* made;
    }
  }
}

export function toStepRows(judged: FrozenSteps, recipe: Recipe, image: string): StepRow[] {
  const prompt = renderPrompt(judged.question, recipe).user;
  const regions = new Map(judged.regions.map((region) => [region.id, region]));
  const verdicts = judged.verdicts.map(({ reviewerId, decision }) => ({ reviewer_id: reviewerId, decision }));
  return judged.steps.flatMap((step, place) => {
    if (step.marks.length === 0 && step.label === null && !step.isAfterFirstError) return [];
    const shown = new Set(step.marks.flatMap(({ regionIds }) => regionIds));
    return [
      {
        id: `${judged.traceRevisionId}#${place}`,
        trace_revision_id: judged.traceRevisionId,
        kind: judged.kind,
        image,
        prompt,
        step: place,
        steps: judged.steps.length,
        part: step.part,
        before: judged.steps.slice(0, place).map(({ text }) => text),
        text: step.text,
        label: step.label,
        is_after_first_error: step.isAfterFirstError,
        marks: step.marks.map((mark) => ({
          reviewer_id: mark.reviewerId,
          rating: mark.rating,
          is_not_visible: mark.isNotVisible,
          note: mark.note,
          region_ids: mark.regionIds,
        })),
        regions: [...shown].flatMap((id) => {
          const region = regions.get(id);
          return region
            ? [{ id, name: region.name, reviewer_id: region.reviewerId, shape: region.shape }]
            : [];
        }),
        verdicts,
      },
    ];
  });
}

function notes({ tally, options }: FormatInput): string {
  const files = [...tally.rows.keys()].map((path) => `- \`${path}\`: ${tally.rowsOf(path)} steps`);
  return `## Files

${files.join("\n")}
- \`images/\`: the pictures, ${PICTURES[options.images]}; \`images.jsonl\` lists them
- \`manifest.json\`: counts, what was left out, how it was made, and the SHA-256 of every other file

A line is one step of a thought that reviewers judged: the question, the steps before it, its text, what the reviewers who marked it agree on, each one's mark, and the regions of the picture that they point to. A box has the corner \`x\`, \`y\` and the sides \`w\`, \`h\`; a polygon has its corners. All are fractions of the upright picture, from the left and from the top, so they hold for every size of it. \`is_not_visible\` says that nothing in the picture shows the step. \`is_after_first_error\` says that a reviewer named this step or an earlier one as the first error: what follows one may be wrong because of it, and is judged by its own \`label\` alone (null: nobody judged it, or reviewers disagree).

Nothing here is made to be trained on as an answer: thoughts that end wrong are among them.
`;
}

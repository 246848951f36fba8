import "server-only";
import type { Format, FormatInput } from "#lib/datasets/formats/format.ts";
import { rawFile, rowsFile, textFile } from "#lib/datasets/formats/lines.ts";
import { PICTURES } from "#lib/datasets/formats/llamafactory.ts";
import { HOLDS_MARKS, holdsChatMarks } from "#lib/datasets/formats/marks.ts";
import {
  NO_STEP_LABEL,
  toTrlChatRow,
  toTrlPairRow,
  toTrlStepRow,
  toTrlStringRow,
} from "#lib/datasets/formats/trl-rows.ts";
import { trlLoadScript, trlTrainScript } from "#lib/datasets/formats/trl-scripts.ts";
import { renderFrozenPair } from "#lib/datasets/render-pair.ts";
import { renderRecord } from "#lib/datasets/render-record.ts";
import type { Split } from "#lib/datasets/version-schema.ts";

/** JSON lines of prompt and completion, preference and stepwise supervision, one file for each side of the split. */
export const trl: Format = {
  async *files(input) {
    const { lines, tally } = input;
    for (const split of await lines.splits("sft"))
      yield rowsFile(`sft/${split}.jsonl`, recordRows(input, split), tally);
    for (const split of await lines.splits("preference"))
      yield rowsFile(`preference/${split}.jsonl`, pairRows(input, split), tally);
    for (const split of await lines.splits("steps"))
      yield rowsFile(`stepwise/${split}.jsonl`, stepRows(input, split), tally);
    yield textFile("load.py", trlLoadScript());
    if (lines.has("sft")) yield textFile("train_sft.py", trlTrainScript("sft"));
    if (lines.has("preference")) yield textFile("train_dpo.py", trlTrainScript("preference"));
    if (lines.has("steps")) yield textFile("train_prm.py", trlTrainScript("stepwise"));
    if (lines.has("sft")) yield rawFile("records.jsonl", lines.raw("sft"));
    if (lines.has("preference")) yield rawFile("pairs.jsonl", lines.raw("preference"));
    if (lines.has("steps")) yield rawFile("steps.jsonl", lines.raw("steps"));
  },
  notes,
};

/** Strings where a record of the version is X→O and is to be masked: then all rows are, since a set has one form. */
export function isInStrings({ facts, options }: Pick<FormatInput, "facts" | "options">): boolean {
  return options.wrongThought !== "whole" && (facts.summary.byKind.XO ?? 0) > 0;
}

async function* recordRows(input: FormatInput, split: Split) {
  const { lines, facts, pictures, tally } = input;
  const toRow = isInStrings(input) ? toTrlStringRow : toTrlChatRow;
  for await (const records of lines.parsed("sft", split)) {
    for (const record of records) {
      const { system, user, context, trained } = renderRecord(record, facts.recipe);
      if (holdsChatMarks([system, user, context + trained])) tally.leaveOut("sft", HOLDS_MARKS);
      else yield toRow(record, facts.recipe, pictures.pathOf(record));
    }
  }
}

async function* pairRows({ lines, facts, pictures, tally }: FormatInput, split: Split) {
  for await (const pairs of lines.parsed("preference", split)) {
    for (const pair of pairs) {
      const { system, user, chosen, rejected } = renderFrozenPair(pair, facts.recipe);
      if (holdsChatMarks([system, user, chosen, rejected])) tally.leaveOut("preference", HOLDS_MARKS);
      else yield toTrlPairRow(pair, facts.recipe, pictures.pathOf(pair));
    }
  }
}

async function* stepRows({ lines, facts, pictures, tally }: FormatInput, split: Split) {
  for await (const thoughts of lines.parsed("steps", split)) {
    for (const judged of thoughts) {
      const row = toTrlStepRow(judged, facts.recipe, pictures.pathOf(judged));
      if (row) yield row;
      else tally.leaveOut("steps", NO_STEP_LABEL);
    }
  }
}

function notes(input: FormatInput): string {
  const { lines, tally, options } = input;
  const files = [...tally.rows.keys()].map((path) => `- \`${path}\`: ${tally.rowsOf(path)} rows`);
  const sft = isInStrings(input)
    ? "In `sft/`, prompt and completion are strings, in the chat of Qwen2-VL and Qwen2.5-VL: use them for models of these two families only. The prompt goes up to where training begins, so the wrong first thought of an XO record is a part of it and carries no loss; the completion ends with the token that ends the turn. All rows are in this form, since a set has one. Keep `completion_only_loss` on and `max_length` at None: a cut could take the prompt's end away."
    : options.wrongThought === "whole"
      ? "**Not masked.** In `sft/`, prompt and completion are conversations. The whole of the assistant's turn carries loss, so in an XO record the wrong first thought is trained on, too. This was asked for when the export was made."
      : "In `sft/`, prompt and completion are conversations: no record here has a wrong first thought, and the whole of the assistant's turn carries loss.";
  return `## Files

${files.join("\n")}
- \`images/\`: the pictures, ${PICTURES[options.images]}; \`images.jsonl\` lists them
- \`load.py\` and the \`train_*.py\` beside it: how the sets are loaded and trained on
- \`records.jsonl\`, \`pairs.jsonl\`, \`steps.jsonl\`: every line of the version in parts, as far as there are such
- \`manifest.json\`: counts, what was left out, how it was made, and the SHA-256 of every other file

## What carries loss

${lines.has("sft") ? `${sft}\n` : ""}${lines.has("preference") ? "\nIn `preference/`, the prompt ends with the user and both sides are whole answers, each in the style that the question asks for.\n" : ""}${lines.has("steps") ? "\nIn `stepwise/`, a step is true or false as the reviewers who marked it say, and the steps of a thought go up to the first that nobody judged, that is doubtful, or on which they disagree. A step after an error is true where reviewers call it good: it may be what mends the thought. TRL's trainer for them reads text only, so the picture is named and not used.\n" : ""}
This was read from TRL's sources and documentation (\`trl/data_utils.py\`, \`trl/trainer/sft_trainer.py\`, \`docs/source/dataset_formats.md\`) and checked by replaying its rule over the rows; no training run was made.
`;
}

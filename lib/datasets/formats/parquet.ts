import "server-only";
import type { ExportFile, Format, FormatInput } from "#lib/datasets/formats/format.ts";
import type { Column } from "#lib/datasets/formats/parquet-columns.ts";
import {
  judgedColumns,
  pairColumns,
  recordColumns,
  toJudgedRow,
  toPairRow,
  toRecordRow,
} from "#lib/datasets/formats/parquet-rows.ts";
import { parquetShards } from "#lib/datasets/formats/parquet-shards.ts";
import { PART_NAMES } from "#lib/datasets/formats/part-names.ts";
import { type PictureOf, picturePath } from "#lib/datasets/formats/pictures.ts";
import type { PartLines } from "#lib/datasets/part-queries.ts";
import type { Recipe } from "#lib/datasets/schema.ts";
import { VERSION_PARTS, type VersionPart } from "#lib/datasets/version-schema.ts";

/** Shards with the pictures in them, one configuration for each part and one split for each side. */
export const parquet: Format = {
  async *files(input) {
    const hasImages = input.options.images !== "reference";
    yield* partFiles(input, "sft", recordColumns(hasImages), toRecordRow);
    yield* partFiles(input, "preference", pairColumns(hasImages, input.facts.recipe), toPairRow);
    yield* partFiles(input, "steps", judgedColumns(hasImages), toJudgedRow);
  },
  notes,
};

type Made = { image: { bytes: Uint8Array; path: string } | null; path: string };

async function* partFiles<P extends VersionPart, T>(
  input: FormatInput,
  part: P,
  columns: readonly Column<T>[],
  toRow: (line: PartLines[P], recipe: Recipe, picture: Made) => T,
): AsyncGenerator<ExportFile> {
  const { lines, tally, facts } = input;
  for (const split of await lines.splits(part)) {
    const rows = async function* (): AsyncGenerator<T> {
      for await (const batch of lines.parsed(part, split)) {
        for (const line of batch) yield toRow(line, facts.recipe, await pictureOf(input, line));
      }
    };
    yield* parquetShards(
      (number) => `${PART_NAMES[part]}/${split}-${String(number).padStart(5, "0")}.parquet`,
      columns,
      rows(),
      (path, count) => tally.addRows(path, count),
    );
  }
}

async function pictureOf({ pictures, options }: FormatInput, line: PictureOf): Promise<Made> {
  const path = picturePath(line, options.images);
  if (options.images === "reference") return { image: null, path };
  return { image: { bytes: (await pictures.read(line)).bytes, path }, path };
}

function notes({ tally, options, lines }: FormatInput): string {
  const files = [...tally.rows.keys()].map((path) => `- \`${path}\`: ${tally.rowsOf(path)} rows`);
  const parts = VERSION_PARTS.filter((part) => lines.has(part));
  const images =
    options.images === "reference"
      ? "Pictures are not in this export; `image_path`, `image_id`, `image_name` and `image_sha256` say which they are."
      : `The column \`image\` holds the picture, ${options.images === "training" ? "scaled down to at most 512 × 512 pixels in area" : "as it was imported"}, and is decoded when it is read.`;
  return `## Files

${files.join("\n")}
- \`manifest.json\`: counts, what was left out, how it was made, and the SHA-256 of every other file

\`\`\`python
from datasets import load_dataset

${parts.map((part) => `${PART_NAMES[part]} = load_dataset("parquet", data_files=${dataFiles(PART_NAMES[part], tally)})`).join("\n")}
\`\`\`

${images}

## What carries loss
${lines.has("sft") ? "\nIn `sft`, the assistant's turn is `context` followed by `completion`. Only `completion` is to carry loss: in an XO record `context` is the wrong first thought. The same texts stand in parts in `simple_thought`, `joiner`, `cue` and `second_look`.\n" : ""}${lines.has("preference") ? "\nIn `preference`, `chosen` and `rejected` are whole answers, each in the style that the question asks for.\n" : ""}${lines.has("steps") ? "\nIn `steps`, `labels` has one entry for each of `steps`: good, doubtful, wrong, or null where reviewers disagree or nobody marked it. `marks`, `regions` and `verdicts` are JSON.\n" : ""}`;
}

function dataFiles(folder: string, tally: FormatInput["tally"]): string {
  const splits = new Set(
    [...tally.rows.keys()].flatMap((path) => {
      const match = /^([a-z]+)\/([a-z]+)-\d+\.parquet$/u.exec(path);
      return match?.[1] === folder && match[2] ? [match[2]] : [];
    }),
  );
  return `{${[...splits].map((split) => `"${split}": "${folder}/${split}-*.parquet"`).join(", ")}}`;
}

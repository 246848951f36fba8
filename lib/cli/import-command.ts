import "server-only";
import { stat } from "node:fs/promises";
import path from "node:path";
import type { Arguments } from "#lib/cli/arguments.ts";
import { findOrMakeProject } from "#lib/cli/find-or-make-project.ts";
import type { Outcome, Output } from "#lib/cli/output.ts";
import { findActor } from "#lib/cli/queries.ts";
import { AppError } from "#lib/errors.ts";
import { importImages } from "#lib/images/import-commands.ts";
import { listImportProblems } from "#lib/images/import-queries.ts";
import { storableText } from "#lib/images/problems.ts";
import { type ImportCounts, MAX_NAME_CHARACTERS } from "#lib/images/schema.ts";
import type { SourceSpec } from "#lib/images/source.ts";

/** As many problems as are printed; all of them are in the app, with line and cause. */
const PROBLEMS_SHOWN = 1_000;
const PROBLEMS_FOR_PEOPLE = 20;

export async function runImportCommand(args: Arguments, output: Output): Promise<Outcome> {
  const source = await readSource(args);
  const actor = await findActor(args.text("as"));
  const { project, isNew } = await findOrMakeProject(args.needed("project"), actor);
  if (isNew) output.progress(`Made the project "${project.name}".`);
  const report = await importImages({
    projectId: project.id,
    userId: actor.id,
    source,
    allowMissing: args.has("allow-missing"),
    defaults: { licence: readWord(args, "licence"), source: readWord(args, "source") },
    onProgress: (counts) => output.tick(describe(counts)),
  });
  output.flush();
  const problems = await listImportProblems(project.id, report.importId, { take: PROBLEMS_SHOWN });
  const isGood = report.state === "done" && report.rejected === 0 && problems.length === 0;
  return {
    isGood,
    json: {
      project: { ...project, isNew },
      import: report,
      problems: problems.map(({ line, file, code, message }) => ({ line, file, code, message })),
    },
    text: [
      `Imported into "${project.name}": ${report.added} new, ${report.unchanged} unchanged, ${report.updated} changed, ${report.rejected} not taken.`,
      ...problems.slice(0, PROBLEMS_FOR_PEOPLE).map((problem) => `  ${placeOf(problem)}${problem.message}`),
      ...(problems.length > PROBLEMS_FOR_PEOPLE
        ? ["  … more of them are under Images in the app, or here with --json"]
        : []),
    ].join("\n"),
  };
}

/** What stands in a gallery beside a picture is short. */
function readWord(args: Arguments, name: "licence" | "source"): string | null {
  const word = args.text(name)?.trim() ?? "";
  if (word.length > MAX_NAME_CHARACTERS) {
    throw new AppError("bad_input", `--${name} has at most ${MAX_NAME_CHARACTERS} characters.`);
  }
  return word === "" ? null : storableText(word);
}

async function readSource(args: Arguments): Promise<SourceSpec> {
  const [zip, captions, images] = [args.text("zip"), args.text("captions"), args.text("images")];
  if (zip !== undefined && (captions !== undefined || images !== undefined)) {
    throw new AppError("bad_input", "Give either --zip, or --captions and --images.");
  }
  if (zip !== undefined) return { kind: "zip", path: await existing("zip file", zip, "file") };
  if (captions === undefined || images === undefined) {
    throw new AppError("bad_input", "An import needs --captions FILE and --images DIR, or --zip FILE.");
  }
  return {
    kind: "folder",
    captions: await existing("captions file", captions, "file"),
    images: await existing("folder of images", images, "folder"),
  };
}

async function existing(what: string, given: string, kind: "file" | "folder"): Promise<string> {
  const full = path.resolve(given);
  const found = await stat(full).catch(() => null);
  if (!found) throw new AppError("bad_input", `The ${what} ${given} is not there.`);
  const isRight = kind === "file" ? found.isFile() : found.isDirectory();
  if (!isRight) throw new AppError("bad_input", `The ${what} ${given} is not a ${kind}.`);
  return full;
}

function describe(counts: ImportCounts): string {
  const total = counts.total === null ? "" : ` of ${counts.total}`;
  return `${counts.rows}${total} rows: ${counts.added} new, ${counts.rejected} not taken`;
}

function placeOf(problem: { line: number | null; file: string | null }): string {
  if (problem.line !== null) return `line ${problem.line}: `;
  return problem.file ? `${problem.file}: ` : "";
}

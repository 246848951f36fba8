import path from "node:path";
import "server-only";
import type { ApiClient } from "#lib/api/client.ts";
import { requestExportBodySchema } from "#lib/api/dataset-schema.ts";
import { isUuid } from "#lib/auth/uuid.ts";
import type { Arguments } from "#lib/cli/arguments.ts";
import type { Outcome, Output } from "#lib/cli/output.ts";
import { downloadExport, refuseTaken } from "#lib/cli/remote/download-export.ts";
import { pollUntil } from "#lib/cli/remote/poll.ts";
import { AppError, isAppError } from "#lib/errors.ts";

export async function runRemoteExport(client: ApiClient, args: Arguments, output: Output): Promise<Outcome> {
  const out = path.resolve(args.needed("out"));
  await refuseTaken(out);
  const made = await makeRemoteExport(client, args, output);
  const { id: exportId, bytes, sha256 } = made;
  await downloadExport(client, { exportId, bytes, sha256, out }, (done) =>
    output.tick(`${megabytes(done)} of ${megabytes(bytes)} MB`),
  );
  output.flush();
  const { withdrawn } = made;
  return {
    isGood: true,
    json: { exportId, versionId: made.versionId, format: made.format, out, bytes, sha256, withdrawn },
    text: [
      `Wrote ${out} (${megabytes(bytes)} MB, SHA-256 ${sha256}).`,
      ...(withdrawn ? [`Its version was withdrawn meanwhile, do not use it: ${withdrawn.reason}`] : []),
    ].join("\n"),
  };
}

/** Asks for an export by the command's words and waits until the server has made it. */
export async function makeRemoteExport(client: ApiClient, args: Arguments, output: Output) {
  const body = readRequest(args, await findVersion(client, args.needed("version")));
  const { exportId } = await client.call("requestExport", { body }).catch(explainSimulated);
  const made = await pollUntil(
    async () => {
      const now = await client.call("readExport", { params: { exportId } });
      output.tick(now.state === "done" ? "The file is made." : "The server makes the file …");
      return now;
    },
    ({ state }) => state === "done" || state === "failed",
  );
  if (made.state === "failed" || made.sha256 === null || made.bytes === null)
    throw new AppError("conflict", made.error ?? "The server could not make the file and gave no reason.");
  return { ...made, bytes: made.bytes, sha256: made.sha256 };
}

async function findVersion(client: ApiClient, given: string): Promise<string> {
  if (isUuid(given)) return given;
  if (given !== "latest") throw new AppError("bad_input", `--version takes the id of a version, or latest.`);
  const { items } = await client.call("listVersions", { query: { limit: 50 } });
  const newest = items.find(({ state, withdrawn }) => state === "ready" && withdrawn === null);
  if (!newest)
    throw new AppError(
      "not_found",
      "There is no version that could be exported: make one with create-version.",
    );
  return newest.id;
}

function readRequest(args: Arguments, versionId: string) {
  let options: unknown;
  try {
    options = JSON.parse(args.text("options") ?? "{}");
  } catch {
    throw new AppError("bad_input", "--options takes JSON in one word: put it between single quotes.");
  }
  const parsed = requestExportBodySchema.safeParse({
    versionId,
    format: args.needed("format"),
    options,
    allowSimulated: args.has("allow-simulated"),
  });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new AppError(
    "bad_input",
    `--${issue?.path.join(".") ?? ""} cannot be that: ${issue?.message ?? ""}.`,
  );
}

function explainSimulated(error: unknown): never {
  if (!isAppError(error) || typeof error.details.simulatedRecords !== "number") throw error;
  throw new AppError(
    "conflict",
    `${error.details.simulatedRecords} records were written by the simulator and not by a model: add --allow-simulated to export them all the same.`,
    { details: error.details },
  );
}

function megabytes(bytes: number): string {
  return (bytes / 1_000_000).toFixed(1);
}

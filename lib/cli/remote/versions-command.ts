import "server-only";
import type { ApiClient } from "#lib/api/client.ts";
import type { AnswerOf } from "#lib/api/route.ts";
import type { ApiRoutes } from "#lib/api/routes.ts";
import { isUuid } from "#lib/auth/uuid.ts";
import type { Arguments } from "#lib/cli/arguments.ts";
import type { Outcome } from "#lib/cli/output.ts";
import { withdrawVersionSchema } from "#lib/datasets/schema.ts";
import { AppError } from "#lib/errors.ts";

type Line = AnswerOf<ApiRoutes["listVersions"]>["items"][number];

const SHOWN = 50;

/** The newest versions, each with whether it may still be used. */
export async function runRemoteVersions(client: ApiClient): Promise<Outcome> {
  const { items, next } = await client.call("listVersions", { query: { limit: SHOWN } });
  return {
    isGood: true,
    json: { versions: items, hasMore: next !== null },
    text:
      items.length === 0
        ? "There is no version yet: make one with create-version."
        : [...items.map(describe), ...(next === null ? [] : [`… and older ones than these ${SHOWN}.`])].join(
            "\n",
          ),
  };
}

/** Marks a version as not to be used any more, for everyone to see. */
export async function runRemoteWithdraw(client: ApiClient, args: Arguments): Promise<Outcome> {
  const versionId = args.operand;
  if (!isUuid(versionId)) throw new AppError("bad_input", `"${versionId}" is no id of a version.`);
  const reason = withdrawVersionSchema.shape.reason.safeParse(args.needed("reason"));
  if (!reason.success)
    throw new AppError("bad_input", `--reason cannot be that: ${reason.error.issues[0]?.message ?? ""}`);
  await client.call("withdrawVersion", { params: { versionId }, body: { reason: reason.data } });
  const version = await client.call("readVersion", { params: { versionId } });
  return {
    isGood: true,
    json: { version },
    text: `Withdrew version ${version.number} of "${version.datasetName}": ${reason.data}`,
  };
}

function describe({ id, datasetName, number, state, records, pairs, steps, withdrawn }: Line): string {
  const holds = state === "ready" ? `${records} records, ${pairs} pairs, ${steps} judged thoughts` : state;
  const mark = withdrawn ? `  WITHDRAWN: ${withdrawn.reason}` : "";
  return `${id}  ${datasetName}, version ${number}: ${holds}${mark}`;
}

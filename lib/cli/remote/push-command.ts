import "server-only";
import type { ApiClient } from "#lib/api/client.ts";
import { requestPushBodySchema } from "#lib/api/hub-schema.ts";
import type { Arguments } from "#lib/cli/arguments.ts";
import type { Outcome, Output } from "#lib/cli/output.ts";
import { makeRemoteExport } from "#lib/cli/remote/export-command.ts";
import { pollUntil } from "#lib/cli/remote/poll.ts";
import { AppError } from "#lib/errors.ts";

/** Has the server push an export of a version to a dataset repository, and follows it to its end. */
export async function runRemotePush(client: ApiClient, args: Arguments, output: Output): Promise<Outcome> {
  const repo = requestPushBodySchema.shape.repo.safeParse(args.needed("repo"));
  if (!repo.success)
    throw new AppError("bad_input", `--repo cannot be that: ${repo.error.issues[0]?.message ?? ""}`);
  const { id: exportId } = await makeRemoteExport(client, args, output);
  const { pushId } = await client.call("requestPush", {
    body: { exportId, repo: repo.data, isPrivate: !args.has("public") },
  });
  const push = await pollUntil(
    async () => {
      const now = await client.call("readPush", { params: { pushId } });
      const { progress } = now;
      output.tick(
        progress
          ? `${progress.filesDone} of ${progress.filesTotal} files are at the Hub`
          : "The push waits …",
      );
      return now;
    },
    ({ state }) => state === "done" || state === "failed",
  );
  output.flush();
  if (push.state === "failed")
    throw new AppError("conflict", push.error ?? "The push broke off and the server gave no reason.");
  return {
    isGood: true,
    json: { push },
    text: [
      `Pushed to ${push.url}${push.tag ? `, tagged ${push.tag}` : ""}.`,
      ...(push.tagKept ? [`${push.tagKept} stays at the commit that it named before.`] : []),
    ].join("\n"),
  };
}

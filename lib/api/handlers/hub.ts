import "server-only";
import { handler } from "#lib/api/handler.ts";
import { listPushLines, readPush } from "#lib/api/push-queries.ts";
import { requestPush, stopPush } from "#lib/hub/push-commands.ts";

export const hubHandlers = {
  listPushes: handler("listPushes", async ({ access, query }) => ({
    value: await listPushLines(access.project.id, query),
  })),

  requestPush: handler("requestPush", async ({ access, body }) => ({
    value: await requestPush({ projectId: access.project.id, userId: access.user.id, ...body }),
  })),

  readPush: handler("readPush", async ({ access, params }) => ({
    value: await readPush(access.project.id, params.pushId),
  })),

  stopPush: handler("stopPush", async ({ access, params }) => {
    // Another project's push is not there, rather than not under way.
    await readPush(access.project.id, params.pushId);
    await stopPush(access.project.id, params.pushId);
    return { value: null };
  }),
};

import { z } from "zod";
import { cursorSchema, limitSchema, timeSchema } from "#lib/api/common-schema.ts";
import { pushProgressSchema, requestPushSchema } from "#lib/hub/schema.ts";

export const pushQuerySchema = z.strictObject({
  version: z.uuid().optional().describe("Pushes of this version’s exports alone."),
  cursor: cursorSchema,
  limit: limitSchema,
});

export const requestPushBodySchema = z.strictObject({ ...requestPushSchema.omit({ projectId: true }).shape });

export const pushSchema = z
  .object({
    id: z.uuid(),
    exportId: z.uuid(),
    versionId: z.uuid(),
    format: z.string(),
    repo: z.string().describe("owner/name of the dataset repository."),
    isPrivate: z.boolean(),
    url: z.string().describe("Of the repository."),
    state: z.enum(["waiting", "working", "done", "failed"]),
    progress: pushProgressSchema.nullable(),
    error: z.string().nullable(),
    commitUrl: z.string().nullable(),
    tag: z.string().nullable().describe("What names this state in the repository, once it is there."),
    tagKept: z
      .string()
      .nullable()
      .describe("The version’s own tag, where it was taken and stays at the commit that it named before."),
    withdrawn: z
      .object({ at: timeSchema, reason: z.string() })
      .nullable()
      .describe("The version was withdrawn since: the repository still holds it."),
    createdAt: timeSchema,
    endedAt: timeSchema.nullable(),
  })
  .meta({ id: "HubPush" });

export const pushRequestedSchema = z.object({ pushId: z.uuid() });

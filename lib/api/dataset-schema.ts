import { z } from "zod";
import { countSchema, limitSchema, timeSchema } from "#lib/api/common-schema.ts";
import {
  createVersionSchema,
  exportOptionsSchema,
  LEFT_OUT_REASONS,
  requestExportSchema,
  withdrawVersionSchema,
} from "#lib/datasets/schema.ts";
import { VERSION_PARTS } from "#lib/datasets/version-schema.ts";

const cursor = z.uuid("This is no cursor of this list.").optional().describe("`next` of the page before.");
export const idPageSchema = z.strictObject({ cursor, limit: limitSchema });

const withdrawnSchema = z
  .object({ at: timeSchema, reason: z.string() })
  .nullable()
  .describe("When the version was withdrawn, and why: it is not to be used any more.");

const versionShape = {
  id: z.uuid(),
  datasetName: z.string(),
  number: z.int(),
  state: z.enum(["freezing", "ready", "failed"]),
  records: countSchema,
  pairs: countSchema,
  steps: countSchema,
  simulated: z.boolean().describe("Holds texts that the simulator wrote."),
  withdrawn: withdrawnSchema,
  createdAt: timeSchema,
};

export const versionLineSchema = z.object(versionShape).meta({ id: "DatasetVersionLine" });

export const versionSchema = z
  .object({
    ...versionShape,
    error: z.string().nullable().describe("Why it could not be frozen."),
    progress: z
      .object({ done: z.number(), total: z.number().nullable(), what: z.string() })
      .nullable()
      .describe("While it is frozen."),
    form: z.int(),
    contentHash: z.string(),
    parts: z.array(z.enum(VERSION_PARTS)),
    recipe: z.record(z.string(), z.json()).describe("How it was asked for, as it was frozen."),
    leftOut: z.array(
      z.object({ reason: z.enum(LEFT_OUT_REASONS).or(z.string()), kind: z.string(), count: countSchema }),
    ),
  })
  .meta({ id: "DatasetVersion" });

export const createVersionBodySchema = z.strictObject({
  ...createVersionSchema.omit({ projectId: true }).shape,
});
export const withdrawBodySchema = z.strictObject({ reason: withdrawVersionSchema.shape.reason });
export const createdVersionSchema = z.object({ versionId: z.uuid(), number: z.int() });

export const partParamsSchema = z.object({ part: z.enum(VERSION_PARTS) });
export const linesQuerySchema = z.strictObject({
  after: z.coerce
    .number()
    .int()
    .min(0)
    .optional()
    .describe("The ordinal of the last line that was read: what follows it is sent."),
  limit: z.coerce.number().int().min(1).max(1_000_000).optional().describe("Lines at most; without it, all."),
});

export const requestExportBodySchema = z.strictObject({
  ...requestExportSchema.omit({ projectId: true }).shape,
  options: exportOptionsSchema.prefault({}),
});

export const exportSchema = z
  .object({
    id: z.uuid(),
    versionId: z.uuid(),
    format: z.string(),
    options: z.record(z.string(), z.json()),
    state: z.enum(["waiting", "working", "done", "failed"]),
    error: z.string().nullable(),
    fileName: z.string().nullable(),
    bytes: z.number().nullable(),
    sha256: z.string().nullable().describe("Of the whole file; also its ETag."),
    createdAt: timeSchema,
    endedAt: timeSchema.nullable(),
    withdrawn: withdrawnSchema,
  })
  .meta({ id: "Export" });
export const requestedSchema = z.object({ exportId: z.uuid() });

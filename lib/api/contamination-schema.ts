import { z } from "zod";
import { countSchema, cursorSchema, limitSchema, timeSchema } from "#lib/api/common-schema.ts";
import { checkProgressSchema, contaminationOptionsSchema } from "#lib/contamination/schema.ts";

export const contaminationSchema = z
  .object({
    check: z
      .object({
        state: z.enum(["waiting", "working", "done", "failed"]),
        error: z.string().nullable(),
        progress: checkProgressSchema.nullable(),
        imageCount: countSchema,
        questionCount: countSchema,
        unreadCount: countSchema.describe("Images whose file is missing or cannot be read."),
        options: contaminationOptionsSchema,
        startedAt: timeSchema,
        endedAt: timeSchema.nullable(),
      })
      .nullable()
      .describe("The last comparison, or the one under way; null where there was none."),
    found: z.object({
      images: countSchema,
      questions: countSchema,
      dismissed: countSchema.describe("Finds of which a person said that they are none."),
    }),
    benchmarks: z.array(
      z.object({
        id: z.uuid(),
        name: z.string(),
        state: z.enum(["reading", "ready", "failed"]),
        error: z.string().nullable(),
        itemCount: countSchema,
        imageCount: countSchema,
        questionCount: countSchema,
        skippedCount: countSchema,
        createdAt: timeSchema,
        isCompared: z.boolean().describe("The last comparison took it in as it is now."),
      }),
    ),
  })
  .meta({ id: "Contamination" });

export const findQuerySchema = z.strictObject({
  of: z.enum(["images", "questions"]).default("images"),
  cursor: cursorSchema,
  limit: limitSchema,
});

export const findSchema = z
  .object({
    id: z.uuid(),
    benchmark: z.string(),
    itemName: z.string().describe("What the benchmark’s file calls it, or the number of its row."),
    itemQuestion: z.string(),
    image: z.object({ id: z.uuid(), name: z.string() }).nullable(),
    question: z.object({ id: z.uuid(), imageId: z.uuid(), text: z.string() }).nullable(),
    distance: z.int().nullable().describe("Of pictures: bits of 64 in which their hashes differ."),
    isMirrored: z.boolean(),
    overlap: z.number().nullable().describe("Of questions: the share of word sequences that both have."),
    isDismissed: z.boolean(),
  })
  .meta({ id: "ContaminationFind" });

export const startCheckBodySchema = contaminationOptionsSchema.prefault({});

import { z } from "zod";
import { countSchema } from "#lib/api/common-schema.ts";
import { DEFAULT_CUTOFF, MAX_CUTOFF, MIN_CUTOFF } from "#lib/datasets/preview/cutoff.ts";
import { FAMILY_IDS } from "#lib/datasets/preview/families.ts";
import { frozenGapSchema, VERSION_PARTS } from "#lib/datasets/version-schema.ts";

export const previewQuerySchema = z.strictObject({
  part: z.enum(VERSION_PARTS).optional().describe("Without it, the first part that the version has."),
  line: z.coerce.number().int().min(1).optional().describe("Its number in the part, from 1 (default)."),
  trace: z.uuid().optional().describe("In place of `line`: the first line that this trace stands in."),
  family: z
    .enum(FAMILY_IDS)
    .default("qwen2.5-vl")
    .describe("The family of models whose chat template it is."),
  cutoff: z.coerce
    .number()
    .int()
    .min(MIN_CUTOFF)
    .max(MAX_CUTOFF)
    .default(DEFAULT_CUTOFF)
    .describe("Tokens to which a trainer cuts a line."),
});

const spanSchema = z.object({
  role: z
    .enum(["frame", "system", "user", "image", "context", "trained", "shared"])
    .describe(
      "frame: the template’s own marks; context: assistant’s words without loss; trained: with loss; shared: of both sides of a pair.",
    ),
  text: z.string(),
  isLost: z.boolean().describe("Beyond the cut-off."),
});

const sizeSchema = z.object({ width: z.int(), height: z.int() }).nullable();

export const previewSchema = z
  .object({
    part: z.enum(VERSION_PARTS),
    line: z.int().min(1),
    lines: countSchema.describe("Of this part."),
    family: z.enum(FAMILY_IDS),
    cutoff: z.int(),
    gap: frozenGapSchema.nullable().describe("In place of all that follows, where its image was taken down."),
    rendered: z
      .object({
        record: z.record(z.string(), z.json()).describe("The frozen line."),
        sides: z
          .array(
            z.object({
              name: z.enum(["record", "chosen", "rejected", "thought"]),
              source: z.array(spanSchema).describe("What carries no loss."),
              target: z.array(spanSchema).describe("What carries loss."),
              targetTokens: countSchema,
            }),
          )
          .describe("As the chat template writes it; of a pair, both sides."),
        tokens: z.object({ source: countSchema, picture: countSchema, target: countSchema }),
        isExact: z
          .boolean()
          .describe("False: this server has no vocabulary of the family, and counts are estimates."),
        cut: z.object({
          source: countSchema,
          target: countSchema,
          lostSource: countSchema,
          lostTarget: countSchema,
        }),
        picture: z.object({ size: sizeSchema, shownAs: sizeSchema }),
      })
      .nullable(),
  })
  .meta({ id: "LinePreview" });

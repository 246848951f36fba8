"use server";

import { revalidatePath } from "next/cache";
import { z } from "zod";
import { projectAction } from "#lib/auth/action-client.ts";
import { deleteMapping, saveMapping, startRecordsImport } from "#lib/interchange/mapping-commands.ts";
import { mappingSchema } from "#lib/interchange/mapping-schema.ts";
import { requestUndo } from "#lib/interchange/undo-import-commands.ts";
import { previewUndo } from "#lib/interchange/undo-queries.ts";

const importSchema = z.object({ projectId: z.uuid(), importId: z.uuid() });

export const startRecordsImportAction = projectAction("images.import")
  .inputSchema(importSchema.extend({ mapping: mappingSchema }))
  .action(async ({ parsedInput: { importId, mapping }, ctx }) => {
    await startRecordsImport(ctx.project.id, ctx.user.id, importId, mapping);
    revalidatePath(`/projects/${ctx.project.id}/runs/import-traces/${importId}`);
  });

export const saveMappingAction = projectAction("images.import")
  .inputSchema(
    z.object({ projectId: z.uuid(), name: z.string().trim().min(1).max(80), mapping: mappingSchema }),
  )
  .action(async ({ parsedInput, ctx }) => saveMapping(ctx.project.id, ctx.user.id, parsedInput));

export const deleteMappingAction = projectAction("images.import")
  .inputSchema(z.object({ projectId: z.uuid(), mappingId: z.uuid() }))
  .action(async ({ parsedInput, ctx }) => deleteMapping(ctx.project.id, parsedInput.mappingId));

export const undoImportAction = projectAction("images.import")
  .inputSchema(importSchema)
  .action(async ({ parsedInput: { importId }, ctx }) => {
    await requestUndo(ctx.project.id, ctx.user.id, importId);
    revalidatePath(`/projects/${ctx.project.id}/runs`);
  });

export const previewUndoAction = projectAction("images.import")
  .inputSchema(importSchema)
  .action(async ({ parsedInput: { importId }, ctx }) => previewUndo(ctx.project.id, importId));

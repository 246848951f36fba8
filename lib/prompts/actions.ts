"use server";

import { revalidatePath } from "next/cache";
import { z } from "zod";
import { projectAction } from "#lib/auth/action-client.ts";
import { savePrompt } from "#lib/prompts/commands.ts";
import { savePromptSchema } from "#lib/prompts/schema.ts";

export const savePromptAction = projectAction("prompts.manage")
  .inputSchema(savePromptSchema.extend({ projectId: z.uuid() }))
  .action(async ({ parsedInput, ctx }) => {
    const { projectId: _, ...input } = parsedInput;
    const saved = await savePrompt({ projectId: ctx.project.id, actorId: ctx.user.id, ...input });
    revalidatePath(`/projects/${ctx.project.id}/settings/prompts`, "layout");
    return saved;
  });

"use server";

import { revalidatePath } from "next/cache";
import { z } from "zod";
import { projectAction } from "#lib/auth/action-client.ts";
import {
  acceptOffer,
  archiveEndpoint,
  assignModel,
  createEndpoint,
  updateEndpoint,
} from "#lib/endpoints/commands.ts";
import { KEY_VARIABLES } from "#lib/endpoints/offers.ts";
import { applyProbe } from "#lib/endpoints/probe-commands.ts";
import { assignmentInputSchema, endpointInputSchema } from "#lib/endpoints/schema.ts";

const inProject = z.object({ projectId: z.uuid() });
const ofEndpoint = inProject.extend({ endpointId: z.uuid() });

export const createEndpointAction = projectAction("endpoints.manage")
  .inputSchema(inProject.extend({ endpoint: endpointInputSchema }))
  .action(async ({ parsedInput, ctx }) => {
    const made = await createEndpoint(
      { projectId: ctx.project.id, actorId: ctx.user.id },
      parsedInput.endpoint,
    );
    refresh(ctx.project.id);
    return made;
  });

export const updateEndpointAction = projectAction("endpoints.manage")
  .inputSchema(ofEndpoint.extend({ endpoint: endpointInputSchema }))
  .action(async ({ parsedInput, ctx }) => {
    const actor = { projectId: ctx.project.id, actorId: ctx.user.id };
    await updateEndpoint(actor, parsedInput.endpointId, parsedInput.endpoint);
    return refresh(ctx.project.id);
  });

export const archiveEndpointAction = projectAction("endpoints.manage")
  .inputSchema(ofEndpoint.extend({ isArchived: z.boolean() }))
  .action(async ({ parsedInput, ctx }) => {
    const actor = { projectId: ctx.project.id, actorId: ctx.user.id };
    await archiveEndpoint(actor, parsedInput.endpointId, parsedInput.isArchived);
    return refresh(ctx.project.id);
  });

export const assignModelAction = projectAction("endpoints.manage")
  .inputSchema(inProject.extend({ assignment: assignmentInputSchema }))
  .action(async ({ parsedInput, ctx }) => {
    await assignModel({ projectId: ctx.project.id, actorId: ctx.user.id }, parsedInput.assignment);
    return refresh(ctx.project.id);
  });

export const acceptOfferAction = projectAction("endpoints.manage")
  .inputSchema(inProject.extend({ variable: z.enum(KEY_VARIABLES) }))
  .action(async ({ parsedInput, ctx }) => {
    await acceptOffer({ projectId: ctx.project.id, actorId: ctx.user.id }, parsedInput.variable);
    return refresh(ctx.project.id);
  });

export const applyProbeAction = projectAction("endpoints.manage")
  .inputSchema(inProject.extend({ probeId: z.uuid() }))
  .action(async ({ parsedInput, ctx }) => {
    await applyProbe({ projectId: ctx.project.id, actorId: ctx.user.id }, parsedInput.probeId);
    return refresh(ctx.project.id);
  });

function refresh(projectId: string): Record<never, never> {
  revalidatePath(`/projects/${projectId}/settings/endpoints`, "layout");
  return {};
}

import "server-only";
import { z } from "zod";
import { db } from "#lib/db/client.ts";
import { type EndpointPause, readEndpointPauses } from "#lib/generation/endpoint-pause-queries.ts";
import { tallySide } from "#lib/prompts/comparison-result.ts";
import {
  type ComparedReply,
  type ComparisonStage,
  type ComparisonState,
  comparisonStageSchema,
  type FrozenSide,
  frozenSideSchema,
  type InputLine,
  itemResultSchema,
  type SideTally,
} from "#lib/prompts/comparison-schema.ts";
import { readInputs } from "#lib/prompts/input-queries.ts";

export type ComparisonLine = {
  id: string;
  name: string;
  stage: number;
  state: ComparisonState;
  createdAt: Date;
  byName: string | null;
};

/** A page of a project's comparisons, the newest first. */
export async function listComparisons(
  projectId: string,
  options: { before?: string; take?: number } = {},
): Promise<ComparisonLine[]> {
  const rows = await db().promptComparison.findMany({
    where: { projectId, ...(options.before ? { id: { lt: options.before } } : {}) },
    orderBy: { id: "desc" },
    take: options.take ?? 20,
    select: { id: true, name: true, stage: true, state: true, createdAt: true, createdById: true },
  });
  const names = await readNames(rows.map(({ createdById }) => createdById));
  return rows.map(({ createdById, ...row }) => ({ ...row, byName: names.get(createdById ?? "") ?? null }));
}

export type ComparisonView = Omit<ComparisonLine, "stage"> & {
  stage: ComparisonStage;
  reason: string | null;
  seed: string;
  sides: FrozenSide[];
  simulated: boolean;
  /** Millionths of a US dollar; null: a price was not known. */
  ceilingMicros: number | null;
  endedAt: Date | null;
  rows: { input: InputLine | null; replies: ComparedReply[] }[];
  tallies: SideTally[];
  /** While it is under way: endpoints that asked to be left alone. */
  waitingFor: EndpointPause[];
};

/** One comparison of this project with everything that came of it, or null. */
export async function readComparison(projectId: string, id: string): Promise<ComparisonView | null> {
  const row = await db().promptComparison.findFirst({
    where: { id, projectId },
    include: { items: { orderBy: [{ ordinal: "asc" }, { side: "asc" }] } },
  });
  if (!row) return null;
  const stage = comparisonStageSchema.parse(row.stage);
  const sides = z.array(frozenSideSchema).parse(row.sides);
  const [calls, names, inputs, waitingFor] = await Promise.all([
    db().modelCall.findMany({
      where: { projectId, id: { in: row.items.flatMap(({ callId }) => callId ?? []) } },
      select: { id: true, promptTokens: true, completionTokens: true, costMicros: true, durationMs: true },
    }),
    readNames([row.createdById]),
    readInputs(projectId, stage, [...new Set(row.items.map(({ inputId }) => inputId))]),
    row.state === "working" ? readEndpointPauses(sides.map(({ model }) => model)) : [],
  ]);
  const callOf = new Map(calls.map((call) => [call.id, call]));
  const inputOf = new Map(inputs.map((input) => [input.id, input]));
  const replyOf = (item: (typeof row.items)[number]): ComparedReply => {
    const call = item.callId ? callOf.get(item.callId) : undefined;
    return {
      state: item.state,
      callId: call?.id ?? null,
      reused: item.reused,
      error: item.error,
      waitsFor: item.state === "working" ? item.waitsFor : null,
      result: itemResultSchema.nullable().parse(item.result),
      promptTokens: call?.promptTokens ?? null,
      completionTokens: call?.completionTokens ?? null,
      costMicros: call?.costMicros == null ? null : Number(call.costMicros),
      durationMs: call?.durationMs ?? null,
    };
  };
  const ordinals = [...new Set(row.items.map(({ ordinal }) => ordinal))];
  const rows = ordinals.map((ordinal) => {
    const items = row.items.filter((item) => item.ordinal === ordinal);
    return { input: inputOf.get(items[0]?.inputId ?? "") ?? null, replies: items.map(replyOf) };
  });
  return {
    id: row.id,
    name: row.name,
    stage,
    state: row.state,
    reason: row.reason,
    seed: row.seed,
    sides,
    simulated: sides.some(({ model }) => model.simulated),
    ceilingMicros: row.ceilingMicros === null ? null : Number(row.ceilingMicros),
    createdAt: row.createdAt,
    endedAt: row.endedAt,
    byName: names.get(row.createdById ?? "") ?? null,
    rows,
    waitingFor,
    tallies: sides.map((_, side) => tallySide(rows.flatMap(({ replies }) => replies[side] ?? []))),
  };
}

async function readNames(ids: readonly (string | null)[]): Promise<Map<string, string>> {
  const users = await db().user.findMany({
    where: { id: { in: [...new Set(ids.flatMap((id) => id ?? []))] } },
    select: { id: true, name: true },
  });
  return new Map(users.map(({ id, name }) => [id, name]));
}

import "server-only";
import { z } from "zod";
import type { Candidate } from "#lib/datasets/freeze.ts";
import type { Maker } from "#lib/datasets/schema.ts";
import type { Prisma, Transaction } from "#lib/db/client.ts";

const PAGE = 400;

const callSelect = {
  select: { model: true, parameters: true, promptVersion: { select: { name: true, version: true } } },
} as const;

const candidateSelect = {
  id: true,
  simulated: true,
  questionId: true,
  image: { select: { id: true, fileName: true, sha256: true, mime: true, state: true, storageKey: true } },
  question: { select: { rejectedAt: true, currentRevision: true, call: callSelect } },
  currentRevision: { select: { id: true, number: true, body: true, answer: true, authorId: true } },
  simpleThought: { select: { text: true, answer: true, call: callSelect } },
  longThought: { select: { joiner: true, cue: true, call: callSelect } },
  verdicts: {
    where: { decision: "approved", undoneAt: null, supersededAt: null },
    orderBy: { id: "asc" },
    select: {
      id: true,
      reviewerId: true,
      source: true,
      createdAt: true,
      overrodeChecks: true,
      traceRevisionId: true,
      questionRevisionId: true,
    },
  },
} satisfies Prisma.TraceSelect;

type Row = Prisma.TraceGetPayload<{ select: typeof candidateSelect }>;

/** The approved traces of a project in the order of their images and questions, page by page. */
export async function* readApproved(tx: Transaction, projectId: string): AsyncGenerator<Candidate[]> {
  let last: string | undefined;
  for (;;) {
    const rows: Row[] = await tx.trace.findMany({
      where: { projectId, state: "approved" },
      orderBy: [{ imageId: "asc" }, { questionId: "asc" }, { id: "asc" }],
      take: PAGE,
      ...(last ? { cursor: { id: last }, skip: 1 } : {}),
      select: candidateSelect,
    });
    if (rows.length > 0) yield rows.map(toCandidate);
    if (rows.length < PAGE) return;
    last = rows.at(-1)?.id;
  }
}

/** One trace as it stands now, for a preview. */
export async function readCandidate(
  tx: Transaction,
  projectId: string,
  traceId: string,
): Promise<Candidate | null> {
  const row = await tx.trace.findFirst({ where: { id: traceId, projectId }, select: candidateSelect });
  return row && toCandidate(row);
}

function toCandidate(row: Row): Candidate {
  const { image, question, currentRevision: revision, simpleThought, longThought } = row;
  const shown = question.currentRevision;
  return {
    traceId: row.id,
    simulated: row.simulated,
    questionId: row.questionId,
    isQuestionWithdrawn: question.rejectedAt !== null,
    image: {
      id: image.id,
      name: image.fileName,
      sha256: image.sha256,
      mime: image.mime,
      isPresent: image.state === "present" && image.storageKey !== null,
    },
    question: shown && {
      revisionId: shown.id,
      text: shown.text,
      choices: shown.choices,
      keyIndex: shown.keyIndex,
      reasoningType: shown.reasoningType,
      answerStyle: shown.answerStyle,
    },
    revision: revision && {
      id: revision.id,
      number: revision.number,
      body: revision.body,
      answer: revision.answer,
      isByPerson: revision.authorId !== null,
    },
    simple: { text: simpleThought.text, answer: simpleThought.answer },
    long: longThought && { joiner: longThought.joiner, cue: longThought.cue },
    approvals: row.verdicts.map(({ id, createdAt, ...verdict }) => ({
      verdictId: id,
      at: createdAt.toISOString(),
      ...verdict,
    })),
    makers: [
      ...makerOf(1, question.call),
      ...makerOf(2, simpleThought.call),
      ...(longThought ? makerOf(3, longThought.call) : []),
    ],
  };
}

function makerOf(stage: Maker["stage"], call: Row["simpleThought"]["call"]): Maker[] {
  if (!call) return [];
  const prompt = call.promptVersion ? `${call.promptVersion.name}@${call.promptVersion.version}` : null;
  return [{ stage, model: call.model, prompt, parameters: settingsOf(call.parameters) }];
}

const parametersSchema = z.object({ sent: z.record(z.string(), z.json()) });

/** What was asked of the model, without the seed: that differs from call to call and says nothing about the making. */
function settingsOf(parameters: unknown): Maker["parameters"] {
  const parsed = parametersSchema.safeParse(parameters);
  if (!parsed.success) return {};
  const { seed: _seed, ...settings } = parsed.data.sent;
  return settings;
}

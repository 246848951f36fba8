import "server-only";
import { db } from "#lib/db/client.ts";
import { storeChecks } from "#lib/traces/check-commands.ts";
import { type Grade, traceKind } from "#lib/traces/kind.ts";

/** Rows for database tests, made without any model: each is what the commands would have left behind. */

let serial = 0;

export async function makeUser(name = "Ada", more: { isAdmin?: boolean } = {}) {
  serial += 1;
  return db().user.create({ data: { email: `${name.toLowerCase()}-${serial}@example.org`, name, ...more } });
}

export async function makeProject(
  members: { userId: string; role: "owner" | "reviewer" | "viewer" }[] = [],
  verdictsPerTrace = 1,
) {
  serial += 1;
  return db().project.create({
    data: {
      name: `Project ${serial}`,
      verdictsPerTrace,
      memberships: { create: members },
      reasons: {
        create: [
          { position: 1, label: "wrong answer" },
          { position: 2, label: "not visible" },
        ],
      },
    },
    include: { reasons: { orderBy: { position: "asc" } } },
  });
}

export async function makeImage(
  projectId: string,
  more: { state?: "present" | "missing"; description?: string } = {},
) {
  serial += 1;
  return db().image.create({
    data: {
      projectId,
      externalId: `image-${serial}`,
      fileName: `image-${serial}.png`,
      description: "A red kite over a beach.",
      ...more,
    },
  });
}

export const CHOICES = ["Red", "Blue", "Green", "Yellow"];

/** A question whose key is the second choice, "Blue". */
export async function makeQuestion(projectId: string, imageId: string) {
  const question = await db().question.create({
    data: {
      projectId,
      imageId,
      revisions: {
        create: {
          number: 1,
          text: "What colour is the kite?",
          choices: CHOICES,
          keyIndex: 1,
          shortAnswer: "Blue",
          reasoningType: "Recognition",
          answerStyle: "parenthesis",
          seed: "seed",
        },
      },
    },
    include: { revisions: true },
  });
  const [revision] = question.revisions;
  if (!revision) throw new Error("the question has no revision");
  await db().question.update({ where: { id: question.id }, data: { currentRevisionId: revision.id } });
  return { ...question, currentRevisionId: revision.id };
}

const ANSWERS: Record<Grade, { answer: string; answerIndex: number | null }> = {
  right: { answer: "(B)", answerIndex: 1 },
  wrong: { answer: "(A)", answerIndex: 0 },
  ungradable: { answer: "a kite", answerIndex: null },
};

export interface TraceOptions {
  simple?: Grade;
  /** Null: a standalone simple thought. */
  long?: Grade | null;
  state?: "unselected" | "waiting" | "approved" | "rejected" | "unconfirmed";
  body?: string;
}

/** A trace as generation leaves it: thoughts, revision 1, its checks stored. XO and waiting unless asked otherwise. */
export async function makeTrace(
  place: { projectId: string; imageId: string; question: { id: string; currentRevisionId: string } },
  { simple = "wrong", long = "right", state = "waiting", body }: TraceOptions = {},
) {
  serial += 1;
  const { projectId, imageId, question } = place;
  return db().$transaction(async (tx) => {
    const simpleThought = await tx.simpleThought.create({
      data: {
        projectId,
        questionId: question.id,
        questionRevisionId: question.currentRevisionId,
        sampleIndex: serial,
        text: `The kite looks plain to me, number ${serial}.`,
        ...ANSWERS[simple],
        grade: simple,
        isParsed: true,
      },
    });
    const own = ANSWERS[long ?? simple];
    const text = body ?? ` let me look again at the kite, number ${serial}. Its cloth shows one colour.`;
    const longThought = long
      ? await tx.longThought.create({
          data: {
            projectId,
            simpleThoughtId: simpleThought.id,
            sampleIndex: 0,
            joiner: " ",
            cue: "Wait,",
            continuation: text,
            ...own,
            grade: long,
            isParsed: true,
          },
        })
      : null;
    const trace = await tx.trace.create({
      data: {
        projectId,
        imageId,
        questionId: question.id,
        simpleThoughtId: simpleThought.id,
        longThoughtId: longThought?.id ?? null,
        kind: traceKind(simple, long),
        state,
        simpleGrade: simple,
        longGrade: long,
        wordCount: 20,
      },
    });
    const revisionBody = long ? text : (body ?? simpleThought.text);
    const revision = await tx.traceRevision.create({
      data: { traceId: trace.id, number: 1, body: revisionBody, ...own },
    });
    const failedChecks = await storeChecks(tx, {
      projectId,
      questionId: question.id,
      traceId: trace.id,
      traceRevisionId: revision.id,
      comparedText: `${simpleThought.text}\n${revisionBody}`,
      subject: long ? "long" : "simple",
      thought: revisionBody,
      between: "",
      answer: own.answer,
      choices: CHOICES,
      truncation: { isCutByLimit: false, isThinkEndMissing: false, isWholeAnswerMissing: false },
    });
    return tx.trace.update({
      where: { id: trace.id },
      data: { currentRevisionId: revision.id, failedChecks },
    });
  });
}

/** A project with an owner, a reviewer, one image, one question and some traces of it. */
export async function makeReviewProject(traces: TraceOptions[], verdictsPerTrace = 1) {
  const owner = await makeUser("Olga");
  const reviewer = await makeUser("Rita");
  const project = await makeProject(
    [
      { userId: owner.id, role: "owner" },
      { userId: reviewer.id, role: "reviewer" },
    ],
    verdictsPerTrace,
  );
  const image = await makeImage(project.id);
  const question = await makeQuestion(project.id, image.id);
  const made = [];
  for (const options of traces)
    made.push(await makeTrace({ projectId: project.id, imageId: image.id, question }, options));
  return { owner, reviewer, project, image, question, traces: made };
}

/** What the checks found of a trace's revision, rows and words of the revision alike, in the order of their names. */
export function readChecks(traceId: string, number = 1): Promise<Record<string, unknown>[]> {
  return db().$queryRaw`
    SELECT c."check", c."version", c."result"::text AS "result", c."evidence"
    FROM "RevisionCheck" c JOIN "TraceRevision" r ON r."id" = c."traceRevisionId"
    WHERE r."traceId" = ${traceId}::uuid AND r."number" = ${number}::int
    ORDER BY c."check" COLLATE "C"`;
}

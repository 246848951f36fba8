import { randomUUID } from "node:crypto";
import { db, type Prisma } from "#lib/db/client.ts";
import { createRandom, type Random } from "#lib/random.ts";
import { type Grade, traceKind } from "#lib/traces/kind.ts";
import { splitSteps } from "#lib/traces/steps.ts";

/**
 * A project for property tests, as reviewers may have left it: images that are missing or there twice, withdrawn and
 * rewritten questions, right, wrong and ungradable answers, edits, repairs, verdicts that stand, were undone or speak of
 * an older text, preferences of reviewers and of imported files, marked steps, and a shadow with gold. The same seed makes the same project but for its ids.
 */
export async function makeRandomProject(
  seed: string,
): Promise<{ projectId: string; userId: string; shadowId: string }> {
  const random = createRandom(seed);
  const rows = emptyRows();
  const projectId = randomUUID();
  const shadowId = randomUUID();
  const people = [randomUUID(), randomUUID(), randomUUID()];
  rows.users.push(...people.map((id) => ({ id, email: `${id}@example.org`, name: "Ada" })));
  rows.projects.push(
    { id: projectId, name: projectId },
    { id: shadowId, name: shadowId, shadowOfId: projectId },
  );
  rows.runs.push(
    ...[projectId, shadowId].map((id) => ({
      id: randomUUID(),
      projectId: id,
      name: "Imported",
      state: "done" as const,
      kind: "imported" as const,
      config: {},
      seed: "imported",
    })),
  );
  const digests = Array.from({ length: 4 }, (_, index) => index.toString(16).repeat(64));
  const images = 2 + random.int(4);
  for (let index = 0; index < images; index += 1)
    addImage(rows, random, { projectId, people, sha256: random.pick(digests) });
  // What reviewers are shown as gold looks like any other approved trace, and belongs to no set.
  addImage(rows, random, { projectId: shadowId, people, sha256: random.pick(digests) });
  await insert(rows);
  return { projectId, userId: people[0] ?? "", shadowId };
}

const CHOICES = ["Red", "Blue", "Green", "Yellow"];
const WORDS = ["roof", "is", "blue", "red", "over", "the", "sand", "and", "near", "kite", "sky", "again"];

type Place = { projectId: string; people: string[]; sha256: string };
type Rows = ReturnType<typeof emptyRows>;

function emptyRows() {
  return {
    users: [] as Prisma.UserCreateManyInput[],
    projects: [] as Prisma.ProjectCreateManyInput[],
    images: [] as Prisma.ImageCreateManyInput[],
    questions: [] as Prisma.QuestionCreateManyInput[],
    questionRevisions: [] as Prisma.QuestionRevisionCreateManyInput[],
    simple: [] as Prisma.SimpleThoughtCreateManyInput[],
    long: [] as Prisma.LongThoughtCreateManyInput[],
    traces: [] as Prisma.TraceCreateManyInput[],
    revisions: [] as Prisma.TraceRevisionCreateManyInput[],
    verdicts: [] as Prisma.VerdictCreateManyInput[],
    repairs: [] as Prisma.RepairCreateManyInput[],
    preferences: [] as Prisma.TracePreferenceCreateManyInput[],
    runs: [] as Prisma.RunCreateManyInput[],
    imported: [] as Prisma.ImportedPreferenceCreateManyInput[],
    marks: [] as Prisma.StepMarkCreateManyInput[],
    current: [] as { traceId: string; revisionId: string }[],
    asked: [] as { questionId: string; revisionId: string }[],
  };
}

function addImage(rows: Rows, random: Random, place: Place): void {
  const id = randomUUID();
  const isThere = random.int(6) > 0;
  rows.images.push({
    id,
    projectId: place.projectId,
    externalId: id,
    fileName: `${id}.png`,
    description: "A kite.",
    state: isThere ? "present" : "missing",
    ...(isThere ? { storageKey: `kites/${id}`, sha256: place.sha256, mime: "image/png" } : {}),
  });
  const questions = 1 + random.int(3);
  for (let index = 0; index < questions; index += 1) addQuestion(rows, random, { ...place, imageId: id });
}

type Asked = Place & { imageId: string };

function addQuestion(rows: Rows, random: Random, place: Asked): void {
  const questionId = randomUUID();
  const { projectId, imageId } = place;
  rows.questions.push({
    id: questionId,
    projectId,
    imageId,
    rejectedAt: random.int(8) === 0 ? new Date() : null,
  });
  const revisions = Array.from({ length: 1 + Number(random.int(5) === 0) }, () => randomUUID());
  const keyIndex = random.int(4);
  for (const [index, id] of revisions.entries())
    rows.questionRevisions.push({
      id,
      questionId,
      number: index + 1,
      text: random.int(12) === 0 ? "What is <image> there?" : `What colour is the ${random.pick(WORDS)}?`,
      choices: CHOICES,
      keyIndex,
      reasoningType: "Recognition",
      answerStyle: random.pick(["parenthesis", "dot", "text"]),
      seed: "s",
    });
  const current = revisions.at(-1) ?? "";
  rows.asked.push({ questionId, revisionId: current });
  const context = { ...place, questionId, keyIndex, revisions, current };
  const traces: { id: string; revisionId: string }[] = [];
  const samples = 1 + random.int(4);
  for (let sample = 0; sample < samples; sample += 1)
    traces.push(...addSample(rows, random, context, sample));
  for (let index = 0; index < 6; index += 1) addPreference(rows, random, context, traces);
  for (let index = 0; index < 6; index += 1) addImported(rows, random, context, traces, index + 1);
}

type Context = Asked & { questionId: string; keyIndex: number; revisions: string[]; current: string };

/** A simple thought as a trace of its own, and the long thoughts that grew from it. */
function addSample(rows: Rows, random: Random, context: Context, sample: number) {
  const { projectId, questionId, current } = context;
  const simpleId = randomUUID();
  const answer = makeAnswer(random, context.keyIndex);
  const text = makeText(random);
  const simpleGrade = gradeOf(answer, context.keyIndex);
  rows.simple.push({
    id: simpleId,
    projectId,
    questionId,
    questionRevisionId: current,
    sampleIndex: sample,
    text,
    answer,
    grade: simpleGrade,
    isParsed: true,
  });
  const made = [addTrace(rows, random, context, { simpleId, simpleGrade, text, answer, long: null })];
  const longs = random.int(4);
  for (let index = 0; index < longs; index += 1) {
    const longId = randomUUID();
    const body = ` ${makeText(random)}`;
    const longAnswer = makeAnswer(random, context.keyIndex);
    const grade = gradeOf(longAnswer, context.keyIndex);
    rows.long.push({
      id: longId,
      projectId,
      simpleThoughtId: simpleId,
      sampleIndex: index,
      joiner: random.pick([". ", ".\n"]),
      cue: random.pick(["Wait,", "Hmm,"]),
      continuation: body,
      answer: longAnswer,
      grade,
      isParsed: true,
    });
    made.push(
      addTrace(rows, random, context, {
        simpleId,
        simpleGrade,
        text: body,
        answer: longAnswer,
        long: { id: longId, grade },
      }),
    );
  }
  return made;
}

interface Made {
  simpleId: string;
  simpleGrade: Grade;
  text: string;
  answer: string;
  long: { id: string; grade: Grade } | null;
}

function addTrace(rows: Rows, random: Random, context: Context, made: Made) {
  const id = randomUUID();
  const { projectId, imageId, questionId } = context;
  const state = random.pick([
    "approved",
    "approved",
    "approved",
    "rejected",
    "rejected",
    "waiting",
    "disputed",
  ] as const);
  rows.traces.push({
    id,
    projectId,
    imageId,
    questionId,
    simpleThoughtId: made.simpleId,
    longThoughtId: made.long?.id ?? null,
    kind: traceKind(made.simpleGrade, made.long?.grade ?? null),
    state,
    simpleGrade: made.simpleGrade,
    longGrade: made.long?.grade ?? null,
    simulated: random.int(5) === 0,
  });
  const first = randomUUID();
  rows.revisions.push({ id: first, traceId: id, number: 1, body: made.text, answer: made.answer });
  const isEdited = random.int(3) === 0;
  const last = isEdited ? randomUUID() : first;
  if (isEdited) addEdit(rows, random, context, { traceId: id, first, last, made });
  rows.current.push({ traceId: id, revisionId: last });
  if (state === "approved" || state === "rejected" || random.int(3) === 0)
    addVerdicts(rows, random, context, { traceId: id, first, last, state });
  if (random.int(3) === 0) addMarks(rows, random, context, { traceId: id, last, isLong: made.long !== null });
  return { id, revisionId: last };
}

function addEdit(
  rows: Rows,
  random: Random,
  { projectId, people, current, keyIndex }: Context,
  edit: { traceId: string; first: string; last: string; made: Made },
): void {
  const authorId = random.pick(people);
  const isRepair = random.int(3) === 0;
  const repairId = isRepair ? randomUUID() : null;
  rows.revisions.push({
    id: edit.last,
    traceId: edit.traceId,
    number: 2,
    body: random.int(4) === 0 ? edit.made.text : ` ${makeText(random)}`,
    answer: makeAnswer(random, keyIndex),
    authorId,
    repairId,
  });
  if (repairId)
    rows.repairs.push({
      id: repairId,
      projectId,
      traceId: edit.traceId,
      reviewerId: authorId,
      part: "long",
      stepKey: "s1",
      stepText: "It is red.",
      traceRevisionId: edit.first,
      questionRevisionId: current,
      kept: "",
      config: {},
      state: random.pick(["taken", "taken", "declined"]),
      takenRevisionId: edit.last,
    });
}

function addVerdicts(
  rows: Rows,
  random: Random,
  { projectId, people, revisions, current }: Context,
  of: { traceId: string; first: string; last: string; state: string },
): void {
  for (const reviewerId of people.slice(0, 1 + random.int(2))) {
    const isStale = random.int(6) === 0;
    rows.verdicts.push({
      id: randomUUID(),
      projectId,
      traceId: of.traceId,
      traceRevisionId: isStale ? of.first : of.last,
      questionRevisionId: random.int(6) === 0 ? (revisions[0] ?? current) : current,
      reviewerId,
      decision: random.int(8) === 0 ? "rejected" : of.state === "rejected" ? "rejected" : "approved",
      source: random.pick(["single", "single", "bulk", "question"]),
      actionId: randomUUID(),
      previousState: "waiting",
      rowVersionAfter: 2,
      ...(random.int(8) === 0 ? { undoneAt: new Date() } : {}),
      ...(random.int(8) === 0 ? { supersededAt: new Date() } : {}),
    });
  }
}

function addPreference(
  rows: Rows,
  random: Random,
  { projectId, questionId, people, revisions, current }: Context,
  traces: readonly { id: string; revisionId: string }[],
): void {
  const better = random.pick(traces);
  const worse = random.pick(traces);
  if (better.id === worse.id) return;
  rows.preferences.push({
    projectId,
    questionId,
    questionRevisionId: random.int(5) === 0 ? (revisions[0] ?? current) : current,
    reviewerId: random.pick(people),
    betterTraceId: better.id,
    worseTraceId: worse.id,
    betterRevisionId: better.revisionId,
    worseRevisionId: worse.revisionId,
    actionId: randomUUID(),
    ...(random.int(6) === 0 ? { undoneAt: new Date() } : {}),
  });
}

function addImported(
  rows: Rows,
  random: Random,
  { projectId, questionId, revisions, current }: Context,
  traces: readonly { id: string; revisionId: string }[],
  line: number,
): void {
  const better = random.pick(traces);
  const worse = random.pick(traces);
  const runId = rows.runs.find((run) => run.projectId === projectId)?.id;
  if (better.id === worse.id || !runId) return;
  rows.imported.push({
    projectId,
    runId,
    questionId,
    questionRevisionId: random.int(5) === 0 ? (revisions[0] ?? current) : current,
    betterTraceId: better.id,
    worseTraceId: worse.id,
    file: "pairs.json",
    line,
  });
}

function addMarks(
  rows: Rows,
  random: Random,
  { projectId, people }: Context,
  of: { traceId: string; last: string; isLong: boolean },
): void {
  const body = rows.revisions.findLast(({ traceId }) => traceId === of.traceId)?.body ?? "";
  for (const step of splitSteps(body).slice(0, 2))
    for (const reviewerId of people.slice(0, 1 + random.int(2)))
      rows.marks.push({
        projectId,
        traceId: of.traceId,
        reviewerId,
        part: of.isLong ? "long" : "simple",
        stepKey: step.id,
        stepText: step.text,
        traceRevisionId: of.last,
        rating: random.pick(["good", "wrong", "doubtful"]),
      });
}

function makeText(random: Random): string {
  if (random.int(15) === 0) return random.pick(["", "It is </think> blue.", "<|im_end|>"]);
  const words = Array.from({ length: 3 + random.int(40) }, () => random.pick(WORDS));
  return `${words.join(" ")}. So it is that.${random.pick(["", " ", "\n"])}`;
}

/** Half the time the key; now and then no choice at all. */
function makeAnswer(random: Random, keyIndex: number): string {
  if (random.int(12) === 0) return "perhaps";
  return `(${random.int(2) === 0 ? "ABCD"[keyIndex] : random.pick(["A", "B", "C", "D"])})`;
}

function gradeOf(answer: string, keyIndex: number): Grade {
  if (answer === "perhaps") return "ungradable";
  return answer === `(${"ABCD"[keyIndex]})` ? "right" : "wrong";
}

async function insert(rows: Rows): Promise<void> {
  await db().user.createMany({ data: rows.users });
  for (const data of rows.projects) await db().project.create({ data });
  await db().run.createMany({ data: rows.runs });
  await db().image.createMany({ data: rows.images });
  await db().question.createMany({ data: rows.questions });
  await db().questionRevision.createMany({ data: rows.questionRevisions });
  for (const { questionId, revisionId } of rows.asked)
    await db().question.update({ where: { id: questionId }, data: { currentRevisionId: revisionId } });
  await db().simpleThought.createMany({ data: rows.simple });
  await db().longThought.createMany({ data: rows.long });
  await db().trace.createMany({ data: rows.traces });
  await db().repair.createMany({ data: rows.repairs });
  await db().traceRevision.createMany({ data: rows.revisions });
  for (const { traceId, revisionId } of rows.current)
    await db()
      .$executeRaw`UPDATE "Trace" SET "currentRevisionId" = ${revisionId}::uuid WHERE id = ${traceId}::uuid`;
  await db().verdict.createMany({ data: rows.verdicts });
  await db().tracePreference.createMany({ data: rows.preferences, skipDuplicates: true });
  await db().importedPreference.createMany({ data: rows.imported, skipDuplicates: true });
  await db().stepMark.createMany({ data: rows.marks, skipDuplicates: true });
}

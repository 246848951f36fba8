import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { countWords } from "#lib/count-words.ts";
import { db } from "#lib/db/client.ts";
import { makeQuestion, makeTrace, type TraceOptions } from "#lib/db/test-records.ts";
import { createUuid7 } from "#lib/generation/uuid7.ts";
import { importImages } from "#lib/images/import-commands.ts";
import { makePicture } from "#lib/images/test-pictures.ts";

/** Two thoughts on a kite, one long and one short; the number makes each another text of the same length. */
export const longThought = (number: number) =>
  `Kite ${number}: the cloth above the beach has one even colour from edge to edge, and against the pale sky it can only be the second of the four that are named, whatever the shadow on its left says.`;
export const shortThought = (number: number) => `Kite ${number}: its cloth shows its colour at first sight.`;

type Trace = Awaited<ReturnType<typeof makeTrace>>;

export interface JudgedImage {
  place: Parameters<typeof makeTrace>[0];
  /** Two right first looks that the owner approved, the second of them rejected by somebody else where asked for. */
  right: [Trace, Trace];
  /** An approved second look that mends a wrong first one. */
  corrected: Trace;
  /** A wrong first look, which nobody judged. */
  wrong: Trace;
}

export interface DatasetPlace {
  projectId: string;
  /** Approves everything, as the first of two. */
  userId: string;
  /** Judges the same texts after that. */
  secondId: string;
}

/**
 * Pictures with a question and four thoughts each, judged by two people. The right looks on the last `short` pictures are
 * short beside a long wrong one, on all others it is the other way round.
 */
export async function makeJudgedImages(
  place: DatasetPlace,
  { images, short, rejected }: { images: number; short: number; rejected: number },
): Promise<JudgedImage[]> {
  const rows = await importPictures(place, images);
  const made: JudgedImage[] = [];
  for (const [at, image] of rows.entries()) {
    const isShort = at >= images - short;
    const [chosen, other] = isShort ? [shortThought, longThought] : [longThought, shortThought];
    const { projectId } = place;
    const on = { projectId, imageId: image.id, question: await makeQuestion(projectId, image.id) };
    const add = async (options: TraceOptions) => {
      const trace = await makeTrace(on, options);
      const wordCount = options.body ? countWords(options.body) : trace.wordCount;
      return db().trace.update({ where: { id: trace.id }, data: { wordCount } });
    };
    const isRejected = at < rejected;
    const first = await add({ simple: "right", long: null, state: "approved", body: chosen(3 * at) });
    const second = await add({
      simple: "right",
      long: null,
      state: isRejected ? "rejected" : "approved",
      body: chosen(3 * at + 1),
    });
    const corrected = await add({ state: "approved" });
    const wrong = await add({ simple: "wrong", long: null, body: other(3 * at + 2) });
    for (const trace of [first, second, corrected])
      await judgeTwice(place, on, trace, trace === second && isRejected);
    made.push({ place: on, right: [first, second], corrected, wrong });
  }
  return made;
}

let verdictTime = Date.now();

/** What two people said of a trace's text as it stands, one after the other and each by themselves. */
export async function judgeTwice(
  { projectId, userId, secondId }: DatasetPlace,
  { question }: Pick<JudgedImage["place"], "question">,
  trace: Pick<Trace, "id" | "currentRevisionId">,
  isRejectedBySecond = false,
): Promise<void> {
  for (const reviewerId of [userId, secondId]) {
    // Their ids say in which order they were given.
    verdictTime += 1;
    await db().verdict.create({
      data: {
        id: createUuid7(verdictTime),
        projectId,
        traceId: trace.id,
        traceRevisionId: trace.currentRevisionId ?? "",
        questionRevisionId: question.currentRevisionId,
        reviewerId,
        decision: isRejectedBySecond && reviewerId === secondId ? "rejected" : "approved",
        actionId: crypto.randomUUID(),
        previousState: "waiting",
        rowVersionAfter: 2,
        queueOrder: "image",
      },
    });
  }
}

async function importPictures({ projectId, userId }: DatasetPlace, count: number) {
  const folder = await mkdtemp(path.join(tmpdir(), "second-look-datasets-"));
  const captions: string[] = [];
  for (let at = 0; at < count; at += 1) {
    await writeFile(path.join(folder, `kite-${at}.jpg`), await makePicture(at, { width: 420, height: 280 }));
    const row = { example_id: `kite-${at}`, image_file: `kite-${at}.jpg`, description: "A blue kite." };
    captions.push(JSON.stringify(row));
  }
  await writeFile(path.join(folder, "captions.jsonl"), captions.join("\n"));
  await importImages({
    projectId,
    userId,
    source: { kind: "folder", captions: path.join(folder, "captions.jsonl"), images: folder },
  });
  return db().image.findMany({ where: { projectId }, orderBy: { externalId: "asc" } });
}

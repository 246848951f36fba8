import { statSync } from "node:fs";
import { readApproved } from "#lib/datasets/candidate-queries.ts";
import { hashLine, startPartHash } from "#lib/datasets/content-hash.ts";
import { freezeTrace } from "#lib/datasets/freeze.ts";
import { createTextFile } from "#lib/datasets/freeze-files.ts";
import { readPairQuestions } from "#lib/datasets/pair-stream-queries.ts";
import { drawPairs } from "#lib/datasets/pairs.ts";
import { DEFAULT_PREFERENCE } from "#lib/datasets/recipe-schema.ts";
import { db, type Transaction } from "#lib/db/client.ts";
import type { PictureFolder } from "./datasets-images.ts";

/** What a process of the benchmark is told: one task, done once, in a process of its own. */
export type Task =
  | { what: "lines" | "version" | "read-pairs" | "draw-pairs"; projectId: string; userId: string }
  | { what: "parquet"; projectId: string; userId: string; versionId: string }
  | { what: "bare-pictures"; folder: PictureFolder }
  | { what: "import"; projectId: string; folder: PictureFolder };

/** Times in milliseconds. */
export type Measured = {
  ms: number;
  /** Until the first line was given to the file. */
  firstMs?: number;
  count: number;
  bytes?: number;
  /** Processor time of this process. */
  cpuMs: number;
  /** The most memory that this process ever held, in bytes, Node itself and the program among it. */
  peakBytes: number;
  /** Of a task that makes something: what the next one goes on from. */
  id?: string;
};

/** Does a task. What is said of it is measured here, so that the process's own start is not part of it. */
export async function runTask(task: Task): Promise<Measured> {
  const cpu = process.cpuUsage();
  const begun = performance.now();
  const done = await doTask(task);
  const used = process.cpuUsage(cpu);
  return {
    ms: performance.now() - begun,
    ...done,
    cpuMs: (used.user + used.system) / 1000,
    peakBytes: process.resourceUsage().maxRSS * 1024,
  };
}

type Done = Pick<Measured, "count"> & Partial<Measured>;

async function doTask(task: Task): Promise<Done> {
  switch (task.what) {
    case "lines":
      return inSnapshot((tx) => writeLines(tx, task.projectId));
    case "version": {
      const { projectId, userId } = task;
      const { createDatasetVersion } = await import("#lib/datasets/version-commands.ts");
      const made = await createDatasetVersion({ projectId, userId, name: "bench" });
      return { count: made.recordCount, id: made.versionId };
    }
    case "parquet": {
      const { projectId, userId, versionId } = task;
      const { exportVersion } = await import("#lib/datasets/export-commands.ts");
      const { exportId } = await exportVersion({
        projectId,
        userId,
        versionId,
        format: "parquet",
        options: { images: "reference" },
        allowSimulated: false,
      });
      const made = await db().export.findUniqueOrThrow({ where: { id: exportId } });
      return { count: 0, bytes: Number(made.bytes ?? 0) };
    }
    case "read-pairs":
      return inSnapshot((tx) => drawAll(tx, task.projectId, { isDrawn: false }));
    case "draw-pairs":
      return inSnapshot((tx) => drawAll(tx, task.projectId, { isDrawn: true }));
    case "bare-pictures": {
      const { PICTURES_AT_ONCE } = await import("#lib/images/picture.ts");
      const { runBareLoop } = await import("./datasets-images.ts");
      return { count: task.folder.count, ms: await runBareLoop(task.folder, PICTURES_AT_ONCE) };
    }
    case "import": {
      const { captions, images } = task.folder;
      const { projectId } = task;
      const { importImages } = await import("#lib/images/import-commands.ts");
      // The program was loaded when the bare loop began, too.
      const begun = performance.now();
      const report = await importImages({
        projectId,
        userId: null,
        source: { kind: "folder", captions, images },
      });
      return { count: report.added, ms: performance.now() - begun };
    }
  }
}

function inSnapshot<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
  return db().$transaction(work, { isolationLevel: "RepeatableRead", timeout: 600_000, maxWait: 15_000 });
}

/** What freezing does for the lines of records: read, grade anew, write out, hash each line and all of them. */
async function writeLines(tx: Transaction, projectId: string): Promise<Done> {
  const begun = performance.now();
  const file = await createTextFile();
  const hash = startPartHash("sft");
  let firstMs: number | undefined;
  for await (const candidates of readApproved(tx, projectId)) {
    const texts: string[] = [];
    for (const candidate of candidates) {
      const frozen = freezeTrace(candidate);
      if (!("record" in frozen)) continue;
      const text = JSON.stringify({ ordinal: hash.lines(), ...frozen.record });
      hash.add(hashLine(text));
      texts.push(text, "\n");
    }
    await file.write(texts.join(""));
    firstMs ??= performance.now() - begun;
  }
  await file.close();
  const bytes = statSync(file.path).size;
  await file.discard();
  return { count: hash.lines(), bytes, ...(firstMs === undefined ? {} : { firstMs }) };
}

/** Each kind once per chosen side, as the screens offer it. */
async function drawAll(tx: Transaction, projectId: string, { isDrawn }: { isDrawn: boolean }): Promise<Done> {
  let count = 0;
  for await (const sources of readPairQuestions(tx, projectId)) {
    if (!isDrawn) continue;
    for (const { question } of sources)
      for (const _pair of drawPairs([question], DEFAULT_PREFERENCE)) count += 1;
  }
  return { count };
}

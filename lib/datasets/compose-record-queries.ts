import "server-only";
import { countWords } from "#lib/count-words.ts";
import { readApproved } from "#lib/datasets/candidate-queries.ts";
import type { Composing, LineSink } from "#lib/datasets/composing-queries.ts";
import { countLeftOut } from "#lib/datasets/filter-queries.ts";
import { type Frozen, freezeTrace } from "#lib/datasets/freeze.ts";
import { growBytes } from "#lib/datasets/grown-numbers.ts";
import type { SftOptions } from "#lib/datasets/recipe-schema.ts";
import { renderedBytes, renderRecord, thoughtOf } from "#lib/datasets/render-record.ts";
import type { FrozenRecord, LeftOutReason } from "#lib/datasets/schema.ts";
import { type PoolOutcome, SftSample, takesEverything } from "#lib/datasets/sft-sample.ts";
import { splitOf } from "#lib/datasets/splits.ts";
import type { Transaction } from "#lib/db/client.ts";
import { SFT_KINDS } from "#lib/traces/kind.ts";

type SftRecord = Omit<FrozenRecord, "ordinal">;

export interface RecordsReport {
  /** Null where everything approved is taken. */
  pools: { right: PoolOutcome; corrected: PoolOutcome } | null;
  /** By kind: approved traces that could be records, and those that are. */
  exist: Record<string, number>;
  kept: Record<string, number>;
}

/** The records of a set. What of the project is not among them is counted with why. */
export async function composeRecords(
  composing: Composing,
  options: SftOptions,
  sink: LineSink<FrozenRecord> | null,
): Promise<RecordsReport> {
  const { tx, projectId, counter, filter } = composing;
  for (const { state, kind, count } of await countUnapproved(tx, projectId))
    counter.addLeftOut(state, kind, count);
  for (const { reason, kind, count } of await countLeftOut(tx, projectId, filter))
    counter.addLeftOut(reason, kind, count);
  return takesEverything(options) ? composeWhole(composing, sink) : composeDrawn(composing, options, sink);
}

async function composeWhole(
  composing: Composing,
  sink: LineSink<FrozenRecord> | null,
): Promise<RecordsReport> {
  const counts = countByName();
  for await (const records of readRecords(composing)) {
    for (const record of records) {
      counts.add(record.kind);
      addToSummary(composing, record, sink !== null);
    }
    if (records.length > 0) await sink?.write(records);
  }
  return { pools: null, exist: counts.all(), kept: counts.all() };
}

/** What is drawn is known only when everything was seen: texts wait in a file, and are read again. */
async function composeDrawn(
  composing: Composing,
  options: SftOptions,
  sink: LineSink<FrozenRecord> | null,
): Promise<RecordsReport> {
  const exist = countByName();
  const kept = countByName();
  const sample = new SftSample(options);
  const kinds = growBytes();
  const spool = sink ? await sink.spool() : null;
  try {
    for await (const records of byQuestion(readRecords(composing))) {
      const thoughts = records.map((record) => ({
        traceId: record.traceId,
        kind: record.kind,
        words: countWords(thoughtOf(record)),
      }));
      sample.addQuestion(records[0]?.questionId ?? "", thoughts);
      for (const { kind } of records) {
        exist.add(kind);
        kinds.push(SFT_KINDS.indexOf(kind));
      }
      await spool?.add(records);
    }
    const { isTaken, right, corrected } = sample.finish();
    kinds.all().forEach((number, place) => {
      const kind = SFT_KINDS[number] ?? "O";
      if (isTaken(place)) kept.add(kind);
      else composing.counter.addLeftOut(options.kinds.includes(kind) ? "not-drawn" : "kind-not-wanted", kind);
    });
    if (spool && sink) {
      for await (const records of spool.read(isTaken)) {
        for (const record of records) addToSummary(composing, record, true);
        await sink.write(records);
      }
    }
    return { pools: { right, corrected }, exist: exist.all(), kept: kept.all() };
  } finally {
    await spool?.discard();
  }
}

function addToSummary({ counter, recipe }: Composing, record: SftRecord, isWritten: boolean): void {
  counter.addRecord(record, isWritten ? renderedBytes(renderRecord(record, recipe)) : 0);
}

/** Approved traces as records, batch by batch; what cannot be one is counted. */
async function* readRecords(composing: Composing): AsyncGenerator<SftRecord[]> {
  const { tx, projectId, filter, counter, recipe } = composing;
  let read = 0;
  for await (const candidates of readApproved(tx, projectId, filter)) {
    read += candidates.length;
    composing.onBatch("records", read);
    yield candidates.map(freezeTrace).flatMap((frozen: Frozen): SftRecord[] => {
      if ("record" in frozen)
        return [{ ...frozen.record, split: splitOf(frozen.record.imageSha256, recipe.splits) }];
      counter.addLeftOut(frozen.leftOut, frozen.kind);
      return [];
    });
  }
}

/** Records that come in the order of their questions, question by question. */
async function* byQuestion(batches: AsyncIterable<SftRecord[]>): AsyncGenerator<SftRecord[]> {
  let held: SftRecord[] = [];
  for await (const batch of batches) {
    for (const record of batch) {
      if (held[0] && held[0].questionId !== record.questionId) {
        yield held;
        held = [];
      }
      held.push(record);
    }
  }
  if (held.length > 0) yield held;
}

function countByName() {
  const counts = new Map<string, number>();
  return {
    add: (name: string) => counts.set(name, (counts.get(name) ?? 0) + 1),
    all: () => Object.fromEntries([...counts].sort(([left], [right]) => (left < right ? -1 : 1))),
  };
}

async function countUnapproved(
  tx: Transaction,
  projectId: string,
): Promise<{ state: LeftOutReason; kind: string; count: number }[]> {
  const rows = await tx.trace.groupBy({
    by: ["state", "kind"],
    where: { projectId, state: { not: "approved" } },
    _count: { _all: true },
  });
  return rows.flatMap(({ state, kind, _count }) =>
    state === "approved" ? [] : [{ state, kind, count: _count._all }],
  );
}

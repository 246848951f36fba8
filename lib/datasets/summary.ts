import { countWords } from "#lib/count-words.ts";
import { LengthCounter, type LengthHistogram } from "#lib/datasets/compose-lengths.ts";
import { thoughtOf } from "#lib/datasets/render-record.ts";
import type { FrozenRecord, LeftOutReason, Maker, VersionSummary } from "#lib/datasets/schema.ts";
import {
  type FrozenPair,
  type FrozenSteps,
  SPLITS,
  type Split,
  type VersionPart,
} from "#lib/datasets/version-schema.ts";

/** Adds up a version's lines and what was left out, one at a time, in constant memory per image and question. */
export class SummaryCounter {
  private readonly byKind = new Tally();
  private readonly byReasoningType = new Tally();
  private readonly byAnswerStyle = new Tally();
  private readonly bySource = new Tally();
  private readonly byReviewer = new Tally();
  private readonly leftOut = new Map<string, { reason: LeftOutReason; kind: string; count: number }>();
  private readonly makers = new Map<string, Maker & { records: number }>();
  private readonly images = new Map<string, Split>();
  private readonly questions = new Set<string>();
  private edited = 0;
  private simulated = 0;
  private despiteFailedChecks = 0;
  private longestBytes = 0;
  private readonly lengths = new Map<string, LengthCounter>();
  private readonly lines = new Map<Split, Record<VersionPart, number>>();
  private readonly stepLabels = new Tally();
  private readonly steps = { kept: 0, steps: 0, marks: 0, regions: 0 };

  addRecord(record: Omit<FrozenRecord, "ordinal">, textBytes: number): void {
    this.addLine("sft", record);
    const lengths = this.lengths.get(record.kind) ?? new LengthCounter();
    this.lengths.set(record.kind, lengths);
    lengths.add(countWords(thoughtOf(record)));
    this.byKind.add(record.kind);
    this.byReasoningType.add(record.question.reasoningType);
    this.byAnswerStyle.add(record.question.answerStyle);
    if (record.isEdited) this.edited += 1;
    for (const approval of record.approvals) {
      this.bySource.add(approval.source);
      this.byReviewer.add(approval.reviewerId);
    }
    if (record.approvals.some(({ overrodeChecks }) => overrodeChecks.length > 0))
      this.despiteFailedChecks += 1;
    this.addMakers(record.makers);
    this.longestBytes = Math.max(this.longestBytes, textBytes);
  }

  addPair(pair: Omit<FrozenPair, "ordinal">, textBytes: number): void {
    this.addLine("preference", pair);
    this.addMakers(pair.chosen.makers);
    this.addMakers(pair.rejected.makers);
    this.longestBytes = Math.max(this.longestBytes, textBytes);
  }

  addSteps(line: Omit<FrozenSteps, "ordinal">): void {
    this.addLine("steps", line);
    this.steps.kept += 1;
    this.steps.steps += line.steps.length;
    this.steps.regions += line.regions.length;
    for (const { label, marks } of line.steps) {
      this.steps.marks += marks.length;
      if (label) this.stepLabels.add(label);
    }
  }

  private addLine(
    part: VersionPart,
    line: { split: Split; imageId: string; questionId: string; simulated: boolean },
  ): void {
    this.images.set(line.imageId, line.split);
    this.questions.add(line.questionId);
    if (line.simulated) this.simulated += 1;
    const lines = this.lines.get(line.split) ?? { sft: 0, preference: 0, steps: 0 };
    this.lines.set(line.split, lines);
    lines[part] += 1;
  }

  private addMakers(makers: readonly Maker[]): void {
    for (const maker of makers) {
      const key = JSON.stringify([maker.stage, maker.model, maker.prompt, sortedEntries(maker.parameters)]);
      const known = this.makers.get(key);
      if (known) known.records += 1;
      else this.makers.set(key, { ...maker, records: 1 });
    }
  }

  addLeftOut(reason: LeftOutReason, kind: string, count = 1): void {
    const key = `${reason}/${kind}`;
    const known = this.leftOut.get(key);
    if (known) known.count += count;
    else this.leftOut.set(key, { reason, kind, count });
  }

  /** Everything in a fixed order, so that equal versions have equal summaries. What parts came to is given. */
  result(found: PartReports = NOTHING_MORE): VersionSummary {
    return {
      byKind: this.byKind.result(),
      byReasoningType: this.byReasoningType.result(),
      byAnswerStyle: this.byAnswerStyle.result(),
      images: this.images.size,
      questions: this.questions.size,
      edited: this.edited,
      simulated: this.simulated,
      approvals: {
        bySource: this.bySource.result(),
        byReviewer: this.byReviewer.result(),
        despiteFailedChecks: this.despiteFailedChecks,
      },
      leftOut: [...this.leftOut.entries()].sort(byKey).map(([, entry]) => entry),
      makers: [...this.makers.entries()].sort(byKey).map(([, entry]) => entry),
      longestBytes: this.longestBytes,
      parts: found.parts,
      pools: found.pools,
      splits: this.splits(),
      pairs: found.pairs?.kinds ?? [],
      lengths: {
        records: Object.fromEntries(
          [...this.lengths.entries()].sort(byKey).map(([kind, counter]) => [kind, counter.result()]),
        ),
        drawn: found.pairs?.drawn ?? null,
        kept: found.pairs?.kept ?? null,
      },
      steps: found.steps && { ...this.steps, exist: found.steps.exist, byLabel: this.stepLabels.result() },
    };
  }

  private splits(): VersionSummary["splits"] {
    const images = new Tally();
    for (const split of this.images.values()) images.add(split);
    const counts = images.result();
    return Object.fromEntries(
      SPLITS.flatMap((split) => {
        const lines = this.lines.get(split);
        return lines ? [[split, { images: counts[split] ?? 0, ...lines }]] : [];
      }),
    );
  }
}

/** What composing the parts came to beyond what its lines say; null: the part was not asked for, or took everything. */
export interface PartReports {
  parts: VersionSummary["parts"];
  pools: VersionSummary["pools"];
  pairs: PairsReport | null;
  steps: { exist: number } | null;
}

const NOTHING_MORE: PartReports = { parts: {}, pools: null, pairs: null, steps: null };

export interface PairsReport {
  kinds: VersionSummary["pairs"];
  drawn: { chosen: LengthHistogram; rejected: LengthHistogram };
  kept: { chosen: LengthHistogram; rejected: LengthHistogram };
}

class Tally {
  private readonly counts = new Map<string, number>();

  add(name: string): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
  }

  result(): Record<string, number> {
    return Object.fromEntries([...this.counts.entries()].sort(byKey));
  }
}

function byKey([left]: [string, unknown], [right]: [string, unknown]): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

function sortedEntries(value: Record<string, unknown>): [string, unknown][] {
  return Object.entries(value).sort(byKey);
}

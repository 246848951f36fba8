import type { Pair } from "#lib/datasets/pair-schema.ts";
import { kindOfText, type PairAsked, type PairTrace, readPairText } from "#lib/datasets/pair-thought.ts";
import type { Approval, Maker } from "#lib/datasets/schema.ts";
import type { FrozenPair } from "#lib/datasets/version-schema.ts";

/** A verdict that stands, with who gave it. */
export interface SourceVerdict extends Approval {
  decision: "approved" | "rejected";
  traceRevisionId: string;
  questionRevisionId: string;
}

/** A trace with what a frozen pair says of it beyond its text. */
export interface SourceTrace extends PairTrace {
  simulated: boolean;
  verdicts: readonly SourceVerdict[];
  /** Looked up where they are written out: most texts never are. */
  makers: () => Maker[];
  /** Where a person wrote the text that stands: who, and when (ISO 8601). */
  edit: Said | null;
}

/** Who said something, and when (ISO 8601). */
export interface Said {
  reviewerId: string;
  at: string;
}

/** One question with everything that freezing its pairs takes. */
export interface PairTexts {
  asked: PairAsked;
  image: { id: string; name: string; sha256: string | null; mime: string | null };
  traces: ReadonlyMap<string, SourceTrace>;
  /** Texts that a pair names and that no trace has now, by the id of the revision. */
  older: ReadonlyMap<string, { body: string; answer: string | null }>;
  /** Who took a repair or preferred a text: by `saidKey`. */
  said: ReadonlyMap<string, Said>;
}

export function saidKey(
  kind: "repaired" | "preferred",
  chosenRevisionId: string,
  rejectedRevisionId: string,
): string {
  return `${kind} ${chosenRevisionId} ${rejectedRevisionId}`;
}

/**
 * A pair that was drawn, as a line of a version: both texts as they are exported, the approvals of exactly the chosen
 * text, and who made the rejected one a rejected one (of several, the last; a wrong answer needs nobody).
 */
export function toFrozenPair(texts: PairTexts, pair: Pair): Omit<FrozenPair, "ordinal" | "split"> {
  const { asked, image } = texts;
  const chosen = findTrace(texts, pair.chosen.traceId);
  const rejected = findTrace(texts, pair.rejected.traceId);
  return {
    questionId: asked.questionId,
    questionRevisionId: asked.revisionId,
    imageId: image.id,
    imageName: image.name,
    imageSha256: image.sha256 ?? "",
    imageMime: image.mime ?? "image/jpeg",
    question: asked.asked,
    kind: pair.kind,
    chosen: {
      ...toSide(texts, chosen, pair.chosen),
      approvals: standingOn(texts, chosen, pair.chosen.revisionId, "approved").map(
        ({ verdictId, at, reviewerId, source, overrodeChecks }) => ({
          verdictId,
          at,
          reviewerId,
          source,
          overrodeChecks,
        }),
      ),
    },
    rejected: {
      ...toSide(texts, rejected, pair.rejected),
      rejection: { ground: pair.ground, ...(findSaid(texts, pair, chosen, rejected) ?? NOBODY) },
    },
    ...(pair.origin ? { origin: pair.origin } : {}),
    simulated: chosen.simulated || rejected.simulated,
  };
}

const NOBODY = { reviewerId: null, at: null };

function toSide(texts: PairTexts, trace: SourceTrace, side: Pair["chosen"]) {
  const revision = findText(texts, trace, side.revisionId);
  const { simpleThought, second, answerIndex } = readPairText(texts.asked, trace, revision);
  if (answerIndex === null) throw new RangeError(`The text ${side.revisionId} answers no choice.`);
  return {
    traceId: trace.traceId,
    traceRevisionId: side.revisionId,
    kind: kindOfText(texts.asked, trace, revision),
    simpleThought,
    second: second && { joiner: second.joiner, cue: second.cue, continuation: second.continuation },
    answerIndex,
    words: side.words,
    makers: trace.makers(),
  };
}

function findSaid(texts: PairTexts, pair: Pair, chosen: SourceTrace, rejected: SourceTrace): Said | null {
  switch (pair.ground) {
    case "wrong-answer":
      return null;
    case "edited":
      return chosen.edit;
    case "rejected": {
      const last = standingOn(texts, rejected, pair.rejected.revisionId, "rejected")
        .filter(({ source }) => source !== "question")
        .at(-1);
      return last ? { reviewerId: last.reviewerId, at: last.at } : null;
    }
    case "cut-off":
    case "preferred-less": {
      const kind = pair.ground === "cut-off" ? "repaired" : "preferred";
      return texts.said.get(saidKey(kind, pair.chosen.revisionId, pair.rejected.revisionId)) ?? null;
    }
  }
}

/** Verdicts on exactly this text and on the question as it stands, oldest first. */
function standingOn(
  { asked }: PairTexts,
  trace: SourceTrace,
  revisionId: string,
  decision: SourceVerdict["decision"],
): SourceVerdict[] {
  return trace.verdicts.filter(
    (verdict) =>
      verdict.decision === decision &&
      verdict.traceRevisionId === revisionId &&
      verdict.questionRevisionId === asked.revisionId,
  );
}

function findTrace(texts: PairTexts, traceId: string): SourceTrace {
  const trace = texts.traces.get(traceId);
  if (!trace) throw new RangeError(`The pair's trace ${traceId} is none of its question.`);
  return trace;
}

function findText(texts: PairTexts, trace: SourceTrace, revisionId: string) {
  const { revision, firstRevision } = trace;
  const text = [revision, firstRevision].find(({ id }) => id === revisionId) ?? texts.older.get(revisionId);
  if (!text) throw new RangeError(`The text ${revisionId} of the pair was not read.`);
  return text;
}

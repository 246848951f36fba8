import type { PairKind, PairLack, PairOrigin, RejectionGround } from "#lib/datasets/pair-schema.ts";
import type { TraceKind } from "#lib/traces/kind.ts";
import type { TraceStateName } from "#lib/traces/schema.ts";

/** One side as it would be written out; null where it cannot be. */
export interface PairSideView {
  traceId: string;
  kind: TraceKind;
  state: TraceStateName;
  words: number;
  /** The assistant's whole turn. */
  text: string | null;
}

export interface TracePairView {
  key: string;
  ground: RejectionGround;
  /** The imported file that prefers the chosen side; null where it is no file's word. */
  origin: PairOrigin | null;
  /** Empty: the pair stands. */
  lacks: PairLack[];
  chosen: PairSideView;
  rejected: PairSideView;
  /** UTF-16 code units with which both turns begin alike. */
  sharedLength: number;
}

/** The pairs of one kind in which the trace is the one side or the other. */
export interface TracePairGroup {
  kind: PairKind;
  role: "chosen" | "rejected";
  standing: number;
  lacking: number;
  /** Some of them, those that stand first. */
  shown: TracePairView[];
}

/** The preference pairs of one trace, as a trainer would see them. */
export interface TracePairsView {
  traceId: string;
  imageName: string;
  system: string;
  user: string;
  groups: TracePairGroup[];
  /** Traces of the question that were looked at, this one among them. */
  compared: number;
  /** Traces of the question that were not, for their number. */
  left: number;
}

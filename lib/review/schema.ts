import { z } from "zod";
import type { TraceView } from "#lib/traces/schema.ts";
import { questionEditSchema, traceEditSchema } from "#lib/traces/schema.ts";

/** How long a trace stays in a reviewer's hands without a sign of life, and how often the screen gives one. */
export const LEASE_MS = 90_000;
export const HEARTBEAT_MS = 25_000;

const target = { traceId: z.uuid(), rowVersion: z.int().positive() };

export const nextInputSchema = z.object({
  /** Traces already on the screen or loaded for later: their claims are renewed and they are not handed out again. */
  held: z.array(z.uuid()).max(10).default([]),
  /** How many more are wanted. */
  want: z.int().min(0).max(5).default(1),
  /** The trace that was asked for by its address; claimed whatever its state. */
  traceId: z.uuid().optional(),
  /** The image in front of the reviewer, so that what shares it comes next. */
  nearImageId: z.uuid().optional(),
});
export type NextInput = z.input<typeof nextInputSchema>;

export const verdictInputSchema = z.object({
  ...target,
  decision: z.enum(["approved", "rejected"]),
  reasonIds: z.array(z.uuid()).max(20).default([]),
  comment: z.string().max(4_000, "The comment is longer than 4000 characters. Shorten it.").default(""),
  /** The reviewer saw that checks failed and approves all the same. */
  overrideChecks: z.boolean().default(false),
  durationMs: z.int().min(0).max(86_400_000).optional(),
});
export type VerdictInput = z.input<typeof verdictInputSchema>;

export const editInputSchema = z.object({
  ...target,
  trace: traceEditSchema.optional(),
  question: questionEditSchema.optional(),
  /** The question revision that was on the screen when the edit began. */
  questionRevisionId: z.uuid(),
});
export type EditInput = z.input<typeof editInputSchema>;

export const skipInputSchema = z.object({ traceId: z.uuid() });

export const claimsInputSchema = z.object({
  traceIds: z.array(z.uuid()).max(10),
  action: z.enum(["renew", "release"]),
});

/** How the queue stands for one reviewer. */
export interface QueueStatus {
  /** Waiting in the project, whoever gets them. */
  waiting: number;
  /** Skipped by this reviewer; they come back when asked for. */
  skipped: number;
  /** Verdicts of this reviewer since midnight UTC. */
  judgedToday: number;
  /** What undo would take back, in words; null when there is nothing. */
  undoable: string | null;
}

export interface NextResult {
  traces: TraceView[];
  status: QueueStatus;
  /** Of the held traces those that are no longer this reviewer's, with who has them now. */
  lost: { traceId: string; holderName: string | null }[];
}

export interface VerdictResult {
  verdictId: string;
  state: TraceView["state"];
  status: QueueStatus;
}

export interface UndoResult {
  /** What was undone, in words: "approval", "skip". */
  undone: string;
  /** The trace to show again; null after a bulk. */
  trace: TraceView | null;
  status: QueueStatus;
}

export interface ReasonView {
  id: string;
  position: number;
  label: string;
}

"use client";

import { useEffect, useRef, useState } from "react";
import type { CommandHandlers } from "#components/keys/key-provider.tsx";
import {
  beginEditing,
  type Draft,
  draftOf,
  dropDraft,
  type Editing,
  editOf,
  keepDraft,
  loadDraft,
  rebase,
} from "#components/review/draft.ts";
import type { Review, ReviewProblem } from "#components/review/review-types.ts";
import { keepNote, loadNote } from "#components/review/verdicts/note-draft.ts";
import type { NoteStep, Noting } from "#components/review/verdicts/note-panel.tsx";
import { isEdited } from "#components/traces/edited-parts.ts";
import { toast } from "#components/ui/toast.ts";
import type { KeyContext } from "#lib/keys/resolve.ts";
import type { ReviewTraceView } from "#lib/review/notes-schema.ts";
import type { ReasonView } from "#lib/review/schema.ts";

export interface VerdictOptions {
  review: Review;
  trace: ReviewTraceView;
  reasons: ReasonView[];
  /** When the trace came on the screen (`performance.now`), null before. */
  shownAt: number | null;
  /** The step in focus, for what is said of one. */
  focus: { part: string; stepKey: string | null } | null;
}

export type VerdictMode = KeyContext["mode"];

/** What is being rejected: the trace, or with its question or key all traces of that. */
export type Subject = "trace" | "question" | "key";

/** What has to be said yes to before this trace is approved. */
export interface Doubts {
  failedChecks: string[];
  /** The reviewer answered from the image otherwise than the key says. */
  disagrees: boolean;
}

export type Judgement = ReturnType<typeof useVerdict>;

/** What it takes to notice that a question was asked. */
const READ_MS = 400;
const NO_CHANGES: Editing["changes"] = [];

/** The verdict on the trace in hand: what is chosen and typed so far, and the ways to give it. */
export function useVerdict({ review, trace, reasons, shownAt, focus }: VerdictOptions) {
  const [mode, setMode] = useState<VerdictMode>("reading");
  const [subject, setSubject] = useState<Subject>("trace");
  const { userId } = review;
  const [rejection, setRejection] = useState(() => loadNote(userId, trace.id, "reject"));
  const [noting, setNoting] = useState<Noting | null>(null);
  const [begun, setBegun] = useState<Editing | null>(null);
  // The trace may have been read anew since: what was typed stands on what is stored now.
  const editing = begun && rebase(begun, draftOf(trace));
  const draft = editing?.mine ?? null;
  const [isQuestionOpen, setQuestionOpen] = useState(false);
  /** A doubled key press that raises the question about doubts must not answer it as well. */
  const [canConfirm, setCanConfirm] = useState(false);
  /** What the last save was to be followed by. */
  const [approvesAfter, setApproveAfter] = useState(false);
  /** A doubled key must not send the same edit twice: the second would be refused, as one that came too late. */
  const isSaving = useRef(false);
  /** What was typed last, also while a save is under way. */
  const typed = useRef<Draft | null>(null);
  const [isDiff, setDiff] = useState(false);
  const chosen = rejection.reasonIds.filter((id) => reasons.some((reason) => reason.id === id));
  const comment = rejection.text;

  useEffect(() => {
    if (mode !== "confirming") return;
    const timer = setTimeout(() => setCanConfirm(true), READ_MS);
    return () => clearTimeout(timer);
  }, [mode]);

  const seen = () => ({ traceId: trace.id, rowVersion: trace.rowVersion });
  const target = () => ({
    ...seen(),
    ...(shownAt === null ? {} : { durationMs: Math.round(performance.now() - shownAt) }),
  });

  function approve(isSure = false, on: ReviewTraceView = trace) {
    const doubts = doubtsOf(on);
    if ((doubts.failedChecks.length > 0 || doubts.disagrees) && !isSure) {
      setCanConfirm(false);
      setMode("confirming");
      return;
    }
    review.judge({
      ...target(),
      rowVersion: on.rowVersion,
      decision: "approved",
      overrideChecks: isSure,
      confirmDisagreement: isSure,
      // What was typed for a rejection is about that: an approval takes none of it along.
      comment: "",
    });
  }

  function changeRejection(next: { text?: string; reasonIds?: string[] }) {
    const changed = { ...rejection, ...next };
    setRejection(changed);
    keepNote(userId, trace.id, "reject", changed);
  }

  function startReject(what: Subject) {
    setSubject(what);
    setMode("rejecting");
  }

  function reject() {
    if (chosen.length === 0 && comment.trim() === "") return;
    if (subject === "trace")
      return review.judge({ ...target(), decision: "rejected", reasonIds: chosen, comment });
    review.act({
      verb: "reject-question",
      input: {
        ...target(),
        questionRevisionId: trace.question.current.id,
        fault: subject,
        reasonIds: chosen,
        comment: comment.trim(),
      },
    });
  }

  function startNote(kind: Noting["kind"]) {
    setNoting({
      kind,
      text: loadNote(userId, trace.id, kind).text,
      step: kind === "send-back" ? worstStep() : null,
    });
    setMode("noting");
  }

  function changeNote(next: Noting) {
    setNoting(next);
    keepNote(userId, trace.id, next.kind, { text: next.text, reasonIds: [] });
  }

  /** Where a repair would begin: the step in focus, or the first error that was marked. */
  function worstStep(): NoteStep | null {
    const { firstError, marks } = trace.notes.own;
    const marked = firstError ?? marks.find(({ rating }) => rating === "wrong") ?? null;
    for (const place of [focus, marked]) {
      if (!place || place.stepKey === null || (place.part !== "simple" && place.part !== "long")) continue;
      const { part, stepKey } = place;
      if (trace.notes.steps[part].some(({ id }) => id === stepKey)) return { part, stepKey };
    }
    return null;
  }

  function sendNote() {
    if (!noting) return;
    const note = noting.text.trim();
    switch (noting.kind) {
      case "flag":
        if (note === "") return;
        return review.act({ verb: "flag", input: { ...seen(), note } });
      case "send-back":
        return review.act({
          verb: "send-back",
          input: {
            ...seen(),
            note,
            part: noting.step?.part ?? null,
            stepKey: noting.step?.stepKey ?? null,
          },
        });
      case "give-back":
        return review.act({ verb: "give-back", input: { ...seen(), note } });
    }
  }

  function startEdit() {
    const kept = loadDraft(userId, trace);
    if (kept)
      toast.info("Your draft from before is back", {
        action: { label: "Start anew", onClick: () => changeEditing(beginEditing(trace)) },
      });
    setBegun(kept ?? beginEditing(trace));
    setQuestionOpen(kept !== null && editOf(trace, kept.mine)?.question !== undefined);
    setMode("editing");
  }

  function changeEditing(next: Editing) {
    typed.current = next.mine;
    setBegun(next);
    keepDraft(userId, trace, next);
  }

  function changeDraft(mine: Draft) {
    changeEditing({ ...(editing ?? beginEditing(trace)), mine });
  }

  async function saveEdit(andApprove: boolean) {
    if (isSaving.current) return;
    setApproveAfter(andApprove);
    const edit = draft ? editOf(trace, draft) : null;
    if (!edit) {
      setMode("reading");
      if (andApprove) approve();
      return;
    }
    const typedBefore = typed.current;
    isSaving.current = true;
    const saved = await review.saveEdit(edit).finally(() => {
      isSaving.current = false;
    });
    if (!saved) return;
    if (typed.current !== null && typed.current !== typedBefore) {
      const next = { base: draftOf(saved), mine: typed.current, changes: [] };
      setBegun(next);
      keepDraft(userId, saved, next);
      toast.info("Saved as it was when you pressed; what you typed since is still here, not saved");
      return;
    }
    dropDraft(userId, trace.id);
    setMode("reading");
    setDiff(true);
    if (andApprove) approve(false, saved);
    else toast.success("Saved as a new revision; the original is kept");
  }

  async function undo() {
    const undone = await review.undo();
    if (undone) toast.success(`Undone: ${undone}`);
  }

  /** The way to do again what the server was not told of; none where the text is no longer open. */
  function askAgain({ verb }: ReviewProblem): (() => void) | undefined {
    if (verb === "edit" && mode === "editing") return () => void saveEdit(approvesAfter);
    return undefined;
  }

  function toggleReason(reasonId: string) {
    const isChosen = chosen.includes(reasonId);
    changeRejection({
      reasonIds: isChosen ? chosen.filter((id) => id !== reasonId) : [...chosen, reasonId],
    });
  }

  const { referral, mayAdjudicate } = trace.notes;
  const canGiveBack = referral !== null && mayAdjudicate;
  const handlers: CommandHandlers = {
    approve: () => {
      if (mode === "confirming" && !canConfirm) return;
      approve(mode === "confirming");
    },
    reject: () => startReject("trace"),
    "reject-question": () => startReject("question"),
    "reject-key": () => startReject("key"),
    reason: (command) => {
      const reason = command.name === "reason" ? reasons[command.digit - 1] : undefined;
      if (reason) toggleReason(reason.id);
    },
    commit: () => (mode === "noting" ? sendNote() : reject()),
    edit: startEdit,
    flag: () => startNote("flag"),
    "send-back": () => startNote("send-back"),
    ...(canGiveBack ? { "give-back": () => startNote("give-back") } : {}),
    skip: review.skip,
    undo: () => void undo(),
    diff: () =>
      isDiff || isEdited(trace)
        ? setDiff(!isDiff)
        : toast.info("Nobody has edited this trace: it is as the model wrote it"),
    cancel: () => setMode("reading"),
    "save-and-approve": () => void saveEdit(true),
  };

  return {
    mode,
    setMode,
    subject,
    startReject,
    chosen,
    comment,
    setComment: (text: string) => changeRejection({ text }),
    noting,
    startNote,
    changeNote,
    sendNote,
    canGiveBack,
    draft,
    changeDraft,
    /** What somebody else changed under the edit that is being typed. */
    changesUnder: editing?.changes ?? NO_CHANGES,
    isQuestionOpen,
    openQuestion: () => setQuestionOpen(true),
    canConfirm,
    isDiff,
    doubts: doubtsOf(trace),
    approve,
    reject,
    startEdit,
    saveEdit,
    undo,
    askAgain,
    toggleReason,
    handlers,
  };
}

function doubtsOf(trace: ReviewTraceView): Doubts {
  return {
    failedChecks: trace.failedChecks,
    disagrees: trace.notes.blindAnswer !== null && !trace.notes.blindAnswer.agrees,
  };
}

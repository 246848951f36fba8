import type { AnswerStyle } from "#lib/generation/choices.ts";
import { formatAnswer } from "#lib/generation/choices.ts";
import type { EditInput } from "#lib/review/schema.ts";
import type { TraceView } from "#lib/traces/schema.ts";

/** What is being typed on a trace. Kept in the browser until it is saved or thrown away. */
export interface Draft {
  body: string;
  /** The choice that the answer names; null keeps the answer as it is. */
  answerIndex: number | null;
  question: string;
  choices: string[];
  keyIndex: number;
  reasoningType: string;
}

/** The draft that changes nothing. */
export function draftOf(trace: TraceView): Draft {
  const question = trace.question.current;
  return {
    body: trace.revision.body.trimStart(),
    answerIndex: trace.revision.answerIndex,
    question: question.text,
    choices: question.choices,
    keyIndex: question.keyIndex,
    reasoningType: question.reasoningType,
  };
}

/** The edit that a draft amounts to; null where it changes nothing. */
export function editOf(trace: TraceView, draft: Draft): EditInput | null {
  const before = draftOf(trace);
  const question = trace.question.current;
  // Blanks at the start join a continuation to its cue; they are not shown, and stay.
  const lead = trace.revision.body.slice(
    0,
    trace.revision.body.length - trace.revision.body.trimStart().length,
  );
  const isTraceChanged = draft.body !== before.body || draft.answerIndex !== before.answerIndex;
  const isQuestionChanged =
    draft.question !== before.question ||
    draft.keyIndex !== before.keyIndex ||
    draft.reasoningType !== before.reasoningType ||
    draft.choices.some((choice, index) => choice !== before.choices[index]);
  if (!isTraceChanged && !isQuestionChanged) return null;
  return {
    traceId: trace.id,
    rowVersion: trace.rowVersion,
    questionRevisionId: question.id,
    ...(isTraceChanged
      ? {
          trace: {
            body: lead + draft.body,
            answer: answerText(trace, draft, question.answerStyle),
            note: "",
          },
        }
      : {}),
    ...(isQuestionChanged
      ? {
          question: {
            text: draft.question.trim(),
            choices: draft.choices.map((choice) => choice.trim()),
            keyIndex: draft.keyIndex,
            reasoningType: draft.reasoningType,
          },
        }
      : {}),
  };
}

function answerText(trace: TraceView, draft: Draft, style: AnswerStyle): string {
  if (draft.answerIndex === null || draft.answerIndex === trace.revision.answerIndex)
    return trace.revision.answer ?? "";
  return formatAnswer(style, draft.choices, draft.answerIndex);
}

/** A draft that was kept for this trace in this browser, if there is one that still differs from what is stored. */
export function loadDraft(trace: TraceView): Draft | null {
  try {
    const stored = localStorage.getItem(draftKey(trace.id));
    if (!stored) return null;
    const draft = JSON.parse(stored) as Draft;
    return draft.choices.length === trace.question.current.choices.length && editOf(trace, draft)
      ? draft
      : null;
  } catch {
    // A browser without storage, or something else's data under our key: there is no draft then.
    return null;
  }
}

export function keepDraft(trace: TraceView, draft: Draft): void {
  try {
    if (editOf(trace, draft)) localStorage.setItem(draftKey(trace.id), JSON.stringify(draft));
    else localStorage.removeItem(draftKey(trace.id));
  } catch {
    // Storage is full or switched off: the text is still on the screen, which is what counts.
  }
}

export function dropDraft(traceId: string): void {
  try {
    localStorage.removeItem(draftKey(traceId));
  } catch {
    // As above.
  }
}

function draftKey(traceId: string): string {
  return `second-look:draft:${traceId}`;
}

import { choiceLetter } from "#lib/checks/letters.ts";
import type { AnswerStyle } from "#lib/generation/choices.ts";
import { formatAnswer } from "#lib/generation/choices.ts";
import type { EditInput } from "#lib/review/schema.ts";
import type { TraceView } from "#lib/traces/schema.ts";

/** What stands in the fields of an edit. */
export interface Draft {
  body: string;
  /** The choice that the answer names; null keeps the answer as it is. */
  answerIndex: number | null;
  question: string;
  choices: string[];
  keyIndex: number;
  reasoningType: string;
}

/** What somebody else changed under an edit that was begun. */
export interface BaseChange {
  /** The field by its name on the screen: "the question", "choice B". */
  what: string;
  /** How it is stored now. */
  now: string;
  /** What was typed in its place; null where the field was not touched, and shows what is stored now. */
  typed: string | null;
}

/**
 * An edit that goes on. Only what differs from `base` is the reviewer's; the rest is as it is stored, also when somebody
 * else changes that meanwhile. Kept in the browser until it is saved or thrown away.
 */
export interface Editing {
  /** The fields as they were stored when they were last shown. */
  base: Draft;
  mine: Draft;
  changes: readonly BaseChange[];
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

export function beginEditing(trace: TraceView): Editing {
  const base = draftOf(trace);
  return { base, mine: base, changes: [] };
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

/**
 * Puts an edit on what is stored by now: what the reviewer typed stays, everything else becomes what it is now, and what
 * somebody else changed is told.
 */
export function rebase(editing: Editing, now: Draft): Editing {
  const { base, mine } = editing;
  if (JSON.stringify(base) === JSON.stringify(now)) return editing;
  const changes = [...editing.changes];
  /** Takes one field from whoever changed it; where both did, the reviewer's stays and the other is told. */
  function settle<T>(what: string, from: { base: T; mine: T; now: T }, show: (value: T) => string): T {
    const isTyped = from.mine !== from.base;
    const isSame = show(from.mine).trim() === show(from.now).trim();
    if (from.now !== from.base && !isSame)
      changes.push({ what, now: show(from.now), typed: isTyped ? show(from.mine) : null });
    return isTyped ? from.mine : from.now;
  }
  const text = (value: string) => value;
  const field = <K extends keyof Draft>(name: K) => ({ base: base[name], mine: mine[name], now: now[name] });
  const isAlike = base.choices.length === now.choices.length && mine.choices.length === now.choices.length;
  const choices = isAlike
    ? now.choices.map((choice, index) =>
        settle(
          `choice ${choiceLetter(index)}`,
          { base: base.choices[index] ?? "", mine: mine.choices[index] ?? "", now: choice },
          text,
        ),
      )
    : now.choices;
  if (!isAlike)
    changes.push({
      what: "the choices",
      now: now.choices.join(" · "),
      typed: mine.choices.join(" · ") === base.choices.join(" · ") ? null : mine.choices.join(" · "),
    });
  const choiceAt = (index: number | null) =>
    index === null ? "as it was" : `${choiceLetter(index)} · ${choices[index] ?? ""}`;
  const within = <T extends number | null>(index: T, otherwise: T): T =>
    index !== null && index >= choices.length ? otherwise : index;
  const merged: Draft = {
    body: settle("the thought", field("body"), text),
    answerIndex: within(settle("the answer", field("answerIndex"), choiceAt), now.answerIndex),
    question: settle("the question", field("question"), text),
    choices,
    keyIndex: within(settle("the key", field("keyIndex"), choiceAt), now.keyIndex),
    reasoningType: settle("the reasoning type", field("reasoningType"), text),
  };
  return { base: now, mine: merged, changes };
}

/** An edit that was kept for this trace in this browser, if there is one that still differs from what is stored. */
export function loadDraft(userId: string, trace: TraceView): Editing | null {
  try {
    const kept = readEditing(localStorage.getItem(draftKey(userId, trace.id)));
    if (!kept) return null;
    const editing = rebase(kept, draftOf(trace));
    return editOf(trace, editing.mine) ? editing : null;
  } catch {
    // A browser without storage: there is no draft then.
    return null;
  }
}

export function keepDraft(userId: string, trace: TraceView, editing: Editing): void {
  try {
    const key = draftKey(userId, trace.id);
    if (editOf(trace, editing.mine)) localStorage.setItem(key, JSON.stringify(editing));
    else localStorage.removeItem(key);
  } catch {
    // Storage is full or switched off: the text is still on the screen, which is what counts.
  }
}

export function dropDraft(userId: string, traceId: string): void {
  try {
    localStorage.removeItem(draftKey(userId, traceId));
  } catch {
    // As above.
  }
}

/** An edit as it was stored; anything else is none. */
export function readEditing(stored: string | null): Editing | null {
  if (stored === null) return null;
  try {
    const parsed: unknown = JSON.parse(stored);
    if (typeof parsed !== "object" || parsed === null) return null;
    const { base, mine, changes } = parsed as Partial<Editing>;
    return isDraft(base) && isDraft(mine) && Array.isArray(changes) ? { base, mine, changes } : null;
  } catch {
    return null;
  }
}

function isDraft(value: unknown): value is Draft {
  if (typeof value !== "object" || value === null) return false;
  const { body, answerIndex, question, choices, keyIndex, reasoningType } = value as Partial<Draft>;
  const areTexts = [body, question, reasoningType].every((one) => typeof one === "string");
  const areIndexes =
    typeof keyIndex === "number" && (answerIndex === null || typeof answerIndex === "number");
  return areTexts && areIndexes && Array.isArray(choices) && choices.every((one) => typeof one === "string");
}

/** Under the person's name: in a browser that two share, neither meets the other's words. */
function draftKey(userId: string, traceId: string): string {
  return `second-look:draft:${userId}:${traceId}`;
}

import { choiceLetter } from "#lib/checks/letters.ts";
import type { TraceView } from "#lib/traces/schema.ts";

/** Something of a trace that people changed, as the model wrote it and as it stands. */
export interface EditedPart {
  what: string;
  before: string;
  after: string;
}

export interface EditedParts {
  /** The thought, without the blanks that join it to its cue. */
  body: EditedPart | null;
  answer: EditedPart | null;
  /** The question, its choices, its key and its type, as far as they were changed. */
  question: EditedPart[];
}

type Edited = Pick<TraceView, "revision" | "revisions" | "question">;

/**
 * What people changed of a trace and its question. A question counts from the form that models left it in: choices that
 * a model was shown in another order are no edit.
 */
export function editedParts({ revision, revisions, question }: Edited): EditedParts {
  const original = revisions[0] ?? revision;
  const firstEdit = question.revisions.findIndex(({ authorName }) => authorName !== null);
  const before = firstEdit > 0 ? question.revisions[firstEdit - 1] : undefined;
  const now = question.current;
  return {
    body: partOf("The thought", original.body.trimStart(), revision.body.trimStart()),
    answer: partOf("The answer", original.answer ?? "no answer", revision.answer ?? "no answer"),
    question: before
      ? [
          partOf("The question", before.text, now.text),
          ...Array.from({ length: Math.max(before.choices.length, now.choices.length) }, (_, index) =>
            partOf(`Choice ${choiceLetter(index)}`, before.choices[index] ?? "", now.choices[index] ?? ""),
          ),
          before.keyIndex === now.keyIndex ? null : partOf("The key", keyOf(before), keyOf(now)),
          partOf("The reasoning type", before.reasoningType, now.reasoningType),
        ].filter((part) => part !== null)
      : [],
  };
}

/** Whether people changed anything that a diff can show. */
export function isEdited(trace: Edited): boolean {
  const { body, answer, question } = editedParts(trace);
  return body !== null || answer !== null || question.length > 0;
}

function partOf(what: string, before: string, after: string): EditedPart | null {
  return before === after ? null : { what, before, after };
}

function keyOf({ choices, keyIndex }: { choices: string[]; keyIndex: number }): string {
  return `${choiceLetter(keyIndex)} · ${choices[keyIndex] ?? ""}`;
}

import { letterIndex } from "#lib/checks/letters.ts";
import type { Grade } from "#lib/traces/kind.ts";

export const GRADE_VERSION = "grade-1";

/** Which choice an answer means, or why it means none. */
export type AnswerReading =
  | { choiceIndex: number; how: "letter" | "letter-and-text" | "text" }
  | { choiceIndex: null; why: "missing" | "no-choice" | "letter-and-text-disagree" | "ambiguous" };

export type GradedAnswer = { grade: Grade; choiceIndex: number | null; reading: AnswerReading };

/**
 * Reads an answer as one of the choices: a letter, bare or dressed ("B", "b", "(B)", "B.", "B)"); a letter with a
 * text that agrees ("(B) Red"); or a choice's whole text, where case, a trailing full stop and outer blanks do not
 * matter. Nothing is guessed: a letter whose text belongs to another choice, two readings that differ (where
 * choices are themselves letters) and anything else resolve to no choice.
 */
export function resolveAnswer(answer: string | null, choices: readonly string[]): AnswerReading {
  const given = (answer ?? "").trim();
  if (given === "") return { choiceIndex: null, why: "missing" };

  const texts = choices.map(normaliseChoice);
  const asText = indexesOf(texts, normaliseChoice(given));
  if (asText.length > 1) return { choiceIndex: null, why: "ambiguous" };

  const lettered = readLetter(given, texts);
  const textIndex = asText[0];
  if (lettered.index !== null && textIndex !== undefined && lettered.index !== textIndex) {
    return { choiceIndex: null, why: "ambiguous" };
  }
  if (lettered.index !== null) return { choiceIndex: lettered.index, how: lettered.how };
  if (textIndex !== undefined) return { choiceIndex: textIndex, how: "text" };
  return { choiceIndex: null, why: lettered.disagrees ? "letter-and-text-disagree" : "no-choice" };
}

/** Grades an answer against the key: right only where it resolves to the key, whichever style it is written in. */
export function gradeAnswer(
  answer: string | null,
  choices: readonly string[],
  keyIndex: number,
): GradedAnswer {
  if (!Number.isInteger(keyIndex) || keyIndex < 0 || keyIndex >= choices.length) {
    throw new RangeError(`The key ${keyIndex} is none of the ${choices.length} choices.`);
  }
  const reading = resolveAnswer(answer, choices);
  if (reading.choiceIndex === null) return { grade: "ungradable", choiceIndex: null, reading };
  const grade = reading.choiceIndex === keyIndex ? "right" : "wrong";
  return { grade, choiceIndex: reading.choiceIndex, reading };
}

/** A choice's text as it is compared: case, one trailing full stop, outer and repeated blanks do not matter. */
export function normaliseChoice(text: string): string {
  return text.normalize("NFC").trim().replace(/\s+/gu, " ").replace(/\.$/u, "").trim().toLowerCase();
}

type LetterReading =
  | { index: number; how: "letter" | "letter-and-text" }
  | { index: null; disagrees: boolean };

/** "(B)", "B.", "B)", "B:" or bare "B", alone or before a text. A text after the letter must be that choice's own. */
function readLetter(given: string, texts: readonly string[]): LetterReading {
  const match = /^(?:\(\s*([A-Za-z])\s*\)|([A-Za-z])(?:[).:]|(?=\s|$)))\s*([\s\S]*)$/u.exec(given);
  if (!match) return { index: null, disagrees: false };
  const index = letterIndex(match[1] ?? match[2] ?? "", texts.length);
  if (index === null) return { index: null, disagrees: false };
  const rest = (match[3] ?? "").trim();
  // "(B)." is a dressed letter too.
  if (rest === "" || rest === ".") return { index, how: "letter" };
  if (normaliseChoice(rest) === texts[index]) return { index, how: "letter-and-text" };
  // "A large dog" starts with an article, not with the letter of a choice, unless what follows is a choice's text.
  const isDressed = /^\(|^[A-Za-z][).:]/u.test(given);
  return { index: null, disagrees: isDressed || texts.includes(normaliseChoice(rest)) };
}

function indexesOf(texts: readonly string[], wanted: string): number[] {
  return texts.flatMap((text, index) => (text === wanted ? [index] : []));
}

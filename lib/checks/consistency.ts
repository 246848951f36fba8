import { normaliseChoice } from "#lib/checks/grade.ts";
import { letterIndex } from "#lib/checks/letters.ts";

/** The name says what it is: words are compared, nothing is understood. A judge may give a second reading. */
export const CONSISTENCY_VERSION = "consistency-lexical-1";

/** The choice that a thought states as its conclusion, with the sentence that states it. */
export type StatedConclusion = { choiceIndex: number; sentence: string; start: number; end: number };

export type ConsistencyReading =
  | { result: "pass" | "fail"; stated: StatedConclusion; givenIndex: number }
  | { result: "unknown"; why: "no-conclusion-stated" | "answer-ungradable"; stated: StatedConclusion | null };

/**
 * Compares the answer that was given with the last conclusion that the thought states in so many words. Unknown
 * where none is stated or the answer resolves to no choice: silence is never a pass.
 */
export function checkConsistency(
  thought: string,
  givenIndex: number | null,
  choices: readonly string[],
): ConsistencyReading {
  const stated = findConclusion(thought, choices);
  if (givenIndex === null) return { result: "unknown", why: "answer-ungradable", stated };
  if (!stated) return { result: "unknown", why: "no-conclusion-stated", stated: null };
  return { result: stated.choiceIndex === givenIndex ? "pass" : "fail", stated, givenIndex };
}

/**
 * The last sentence that concludes ("so the answer is (B)", "the correct option would be Red") and names exactly one
 * choice that it does not deny. A concluding sentence that names several is passed over.
 */
export function findConclusion(thought: string, choices: readonly string[]): StatedConclusion | null {
  const sentences = splitSentences(thought);
  for (const sentence of sentences.reverse()) {
    if (!CONCLUDES.test(sentence.text) || ASKS.test(sentence.text)) continue;
    const named = new Set(
      findMentions(sentence.text, choices)
        .filter(({ isDenied }) => !isDenied)
        .map(({ choiceIndex }) => choiceIndex),
    );
    const [only] = named;
    if (named.size === 1 && only !== undefined) {
      return { choiceIndex: only, sentence: sentence.text.trim(), start: sentence.start, end: sentence.end };
    }
  }
  return null;
}

const CONCLUDES = new RegExp(
  [
    String.raw`\banswer\b`,
    String.raw`\bconclu\w*`,
    String.raw`\b(?:therefore|thus|hence|so(?! that\b))\b`,
    String.raw`\b(?:correct|right|best|closest|only) (?:choice|option|match|fit|one)\b`,
    String.raw`\b(?:makes? (?:the )?most sense|fits? best|fits perfectly|best fits?)\b`,
    String.raw`\b(?:choose|pick|select|go with|going with)\b`,
    String.raw`\b(?:must|has to|should) be\b`,
    String.raw`\b(?:is|be|matches?|with|to) (?:option|choice)\b`,
    String.raw`\b(?:option|choice) \(?[A-H]\)? (?:is|seems|fits|matches)\b`,
  ].join("|"),
  "iu",
);
const ASKS = /\?\s*["')\]]*\s*$/u;
/** A denial in the clause that leads to a mention: "not (A)", "isn't red or blue", "rather than Blue". */
const DENIES_BEFORE =
  /\b(?:not|nor|neither|never|cannot|without|rather than|instead of|no longer|rules? out|except)\b|n['’]t\b/iu;
/** A denial of a mention that was just made: "(A) is unlikely", "option B doesn't fit". */
const DENIES_AFTER =
  /^["'”’)]*\s*(?:(?:is|are|was|would be|seems?|can be|could be)\s+(?:\w+\s+)?(?:not|incorrect|wrong|out|unlikely|ruled out|eliminated|excluded|less likely)\b|(?:is|are|was|would|does|do|did|can|could|has|have)n['’]t\b|cannot\b|(?:does|do|did|can|would) not\b)/iu;
const CLAUSE_BREAK = /[,;:—]|\b(?:but|because|since)\b/giu;

type Sentence = { text: string; start: number; end: number };

/** Sentences end at marks followed by a blank; a letter's own dot ("A. Red", "answer is B.") ends none before a text. */
function splitSentences(text: string): Sentence[] {
  const sentences: Sentence[] = [];
  let start = 0;
  const push = (end: number) => {
    if (text.slice(start, end).trim() !== "") sentences.push({ text: text.slice(start, end), start, end });
    start = end;
  };
  for (const match of text.matchAll(/[.!?]+["'”’)]*(?=\s)|\n+/gu)) {
    const end = match.index + match[0].length;
    const isLetterDot =
      match[0] === "." && /(?:^|[\s(:*])[A-H]\.$/u.test(text.slice(Math.max(0, end - 3), end));
    if (!isLetterDot || /^\s*(?:\n|$)/u.test(text.slice(end))) push(end);
  }
  push(text.length);
  return sentences;
}

type Mention = { choiceIndex: number; start: number; end: number; isDenied: boolean };

/** Letters in a dress or after "option", "choice", "answer is", and whole texts of choices, longest first. */
function findMentions(sentence: string, choices: readonly string[]): Mention[] {
  const found: { choiceIndex: number; start: number; end: number }[] = [];
  const take = (choiceIndex: number, start: number, end: number) => {
    const overlaps = found.some((other) => start < other.end && other.start < end);
    if (!overlaps) found.push({ choiceIndex, start, end });
  };
  const texts = choices
    .map((choice, choiceIndex) => ({ choiceIndex, text: normaliseChoice(choice) }))
    .filter(({ text }) => text.length > 1)
    .sort((left, right) => right.text.length - left.text.length);
  for (const { choiceIndex, text } of texts) {
    const body = text.replace(/[.*+?^${}()|[\]\\]/gu, "\\$&").replace(/ /gu, "\\s+");
    for (const match of sentence.matchAll(
      new RegExp(`(?<![\\p{L}\\p{N}])${body}(?![\\p{L}\\p{N}])`, "giu"),
    )) {
      take(choiceIndex, match.index, match.index + match[0].length);
    }
  }
  for (const match of sentence.matchAll(LETTERS)) {
    const letter = match[1] ?? match[2] ?? match[3] ?? match[4] ?? "";
    const choiceIndex = letterIndex(letter, choices.length);
    if (choiceIndex !== null) take(choiceIndex, match.index, match.index + match[0].length);
  }
  return found.map((mention) => ({ ...mention, isDenied: isDenied(sentence, mention.start, mention.end) }));
}

function isDenied(sentence: string, start: number, end: number): boolean {
  const before = sentence.slice(0, start);
  const lastBreak = [...before.matchAll(CLAUSE_BREAK)].at(-1);
  const clause = lastBreak ? before.slice(lastBreak.index + lastBreak[0].length) : before;
  return DENIES_BEFORE.test(clause) || DENIES_AFTER.test(sentence.slice(end));
}

const LETTERS =
  /\(([A-Ha-h])\)|\b(?:[Oo]ption|[Cc]hoice)\s+([A-Ha-h])\b|\b(?:[Aa]nswer|it|is|be|choose|pick|select|with)(?:\s+is|:)?\s+\*{0,2}([A-H])\b(?![\w'’])(?!\s+\p{Ll})|(?:^|\s)([A-H])\.(?=\s|$)/gu;

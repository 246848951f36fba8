import {
  adjectives,
  colors,
  functionWords,
  idleNouns,
  materials,
  nounsLikeVerbs,
  numberWords,
  verbs,
} from "./lexicon.ts";
import { isPluralPhrase } from "./topic.ts";

/** A sentence in words; punctuation stands by itself. */
export type Sentence = { text: string; words: string[]; lower: string[] };

/** A noun phrase without its article. */
export type Phrase = { text: string; head: string; isPlural: boolean; start: number; end: number };

export function splitSentences(text: string): Sentence[] {
  // Text in quotation marks may hold full stops; it is taken out of the words, since it names nothing by itself.
  return text
    .replace(/\s+/g, " ")
    .split(/(?<=[.!?]["”]?)\s+(?=["“A-Z0-9])/)
    .map((sentence) => {
      const words = sentence.replace(/["“][^"”]*["”]/g, " § ").match(/[A-Za-z0-9][\w'’-]*|[^\s\w]/g) ?? [];
      return { text: sentence, words, lower: words.map((word) => word.toLowerCase()) };
    });
}

/**
 * The noun phrase that begins at a word: up to five words that can stand in one, the last of them a noun. A
 * complement with "of" is taken along where it is short ("row of trees").
 */
export function readPhrase(sentence: Sentence, start: number, takesColors = true): Phrase | undefined {
  const { lower, words } = sentence;
  let end = start;
  while (end < lower.length && end - start < 5) {
    const word = lower[end] ?? "";
    if (!takesColors && isColorWord(word)) break;
    // "a coiled rope": a participle belongs to the phrase before its noun, and ends it after ("a boat tied up").
    const isModifier = end === start || !isNoun(lower[end - 1] ?? "") || isParticiple(lower[end - 1] ?? "");
    if (!isPhraseWord(word) && !(isParticiple(word) && isModifier && isPhraseWord(lower[end + 1] ?? "")))
      break;
    end += 1;
  }
  while (end > start && !(isNoun(lower[end - 1] ?? "") || isLamp(lower, start, end))) end -= 1;
  if (end === start) return undefined;
  const head = lower[end - 1] ?? "";
  let last = end;
  if (lower[end] === "of" && !idleNouns.has(head)) {
    const skip = /^(?:the|a|an|its)$/.test(lower[end + 1] ?? "") ? 2 : 1;
    const complement = isPhraseWord(lower[end + skip] ?? "") ? readShort(sentence, end + skip) : undefined;
    if (complement !== undefined) last = complement;
  }
  const text = words.slice(start, last).join(" ");
  const own = words.slice(start, end).join(" ");
  return { text, head, isPlural: isPluralPhrase(own), start, end: last };
}

/** All noun phrases that an article or a number opens, in their order. */
export function readPhrases(sentence: Sentence): (Phrase & { determiner: string })[] {
  const found: (Phrase & { determiner: string })[] = [];
  for (let index = 0; index < sentence.lower.length; index += 1) {
    const determiner = sentence.lower[index] ?? "";
    if (!isDeterminer(determiner)) continue;
    const phrase = readPhrase(sentence, index + 1);
    if (!phrase) continue;
    found.push({ ...phrase, determiner });
    index = phrase.end - 1;
  }
  return found;
}

export function isDeterminer(word: string): boolean {
  return /^(?:a|an|the|its|his|her|their|some|several)$/.test(word) || numberWords.indexOf(word) > 0;
}

/** Something that can be asked about: no word about the picture itself, no bare adjective. */
export function isAskable(phrase: Phrase): boolean {
  return !idleNouns.has(phrase.head) && phrase.text.length < 48 && phrase.head.length > 2;
}

/** "a bench", "an ear", "boots": for a choice or a sentence. */
export function withIndefinite(phrase: { text: string; isPlural: boolean }): string {
  if (phrase.isPlural) return phrase.text;
  if (massNouns.test(phrase.text)) return phrase.text;
  return `${/^[aeiou]/i.test(phrase.text) && !/^(?:uni|use|one|eu)/i.test(phrase.text) ? "an" : "a"} ${phrase.text}`;
}

export function isColorWord(word: string): boolean {
  return word.split("-").every((part) => colors.has(part)) || /-colou?red$/.test(word);
}

const massNouns =
  /\b(?:water|grass|hair|fur|sky|snow|sand|smoke|ice|moss|foliage|vegetation|furniture|ivy|hay|mud|gravel|soil|steam|fog|mist|clothing|shelving|lettering)$/;

function isPhraseWord(word: string): boolean {
  if (!/^[a-z0-9]/.test(word) || functionWords.has(word) || verbs.has(word)) return false;
  if (nounsLikeVerbs.has(word) || adjectives.has(word)) return true;
  if (/^\d+$/.test(word) || numberWords.includes(word)) return false;
  return !(/(?:ing|ly)$/.test(word) || (/ed$/.test(word) && word.length > 4 && !word.includes("-")));
}

function isParticiple(word: string): boolean {
  return (
    /^[a-z-]{3,}(?:ing|ed)$/.test(word) &&
    !functionWords.has(word) &&
    !verbs.has(word) &&
    !nounsLikeVerbs.has(word) &&
    !adjectives.has(word)
  );
}

/** "tail light": a light that is a thing and not the light of the scene. */
function isLamp(lower: readonly string[], start: number, end: number): boolean {
  return /^lights?$/.test(lower[end - 1] ?? "") && end - 2 >= start && isNoun(lower[end - 2] ?? "");
}

function isNoun(word: string): boolean {
  if (adjectives.has(word) || isColorWord(word) || isParticiple(word)) return false;
  if (word in materials && !/^(?:glass|brick|stone|canvas|paper)$/.test(word)) return false;
  return !/(?:-shaped|-like|-sized|-level|-lit|-edged|ish)$/.test(word) || word === "fish" || word === "dish";
}

function readShort(sentence: Sentence, start: number): number | undefined {
  let end = start;
  while (end < sentence.lower.length && end - start < 3 && isPhraseWord(sentence.lower[end] ?? "")) end += 1;
  while (end > start && !isNoun(sentence.lower[end - 1] ?? "")) end -= 1;
  return end > start && !idleNouns.has(sentence.lower[end - 1] ?? "") ? end : undefined;
}

import { colorModifiers, colors, materials, numberWords, purposes, scenery } from "./lexicon.ts";
import {
  isAskable,
  isColorWord,
  readPhrase,
  readPhrases,
  type Sentence,
  splitSentences,
  withIndefinite,
} from "./phrases.ts";
import { findFacing, findNeighbors, findPlaces, subjectBefore } from "./place-facts.ts";
import { isPluralPhrase } from "./topic.ts";
import { findWriting } from "./writing-facts.ts";

/** Something that a description says, ready to be asked about. */
export type Fact =
  | { kind: "color"; subject: string; isPlural: boolean; color: string; head: string }
  | { kind: "count"; subject: string; count: number; head: string }
  | { kind: "writing"; carrier: string | undefined; writing: string }
  | { kind: "material"; subject: string; isPlural: boolean; material: string; head: string }
  /** `where` is the whole phrase: "behind the motorcycle". */
  | { kind: "place"; subject: string; isPlural: boolean; where: string; head: string }
  /** `where` asks, `thing` answers: what is behind the motorcycle? A bench. */
  | { kind: "neighbor"; where: string; thing: string; isPlural: boolean; alsoThere: string[] }
  | { kind: "facing"; subject: string; isPlural: boolean; direction: string }
  | { kind: "light"; from: string }
  | { kind: "reason"; cause: string; effect: string }
  | { kind: "purpose"; thing: string; purpose: string };

/** All that the rules find; the same fact may be found twice in different words. */
export function findFacts(description: string): { facts: Fact[]; things: string[] } {
  const facts: Fact[] = [];
  const things = new Map<string, string>();
  for (const sentence of splitSentences(description)) {
    facts.push(...findColors(sentence), ...findCounts(sentence), ...findMaterials(sentence));
    facts.push(...findWriting(sentence), ...findPlaces(sentence), ...findNeighbors(sentence));
    facts.push(...findFacing(sentence), ...findLight(sentence), ...findReasons(sentence));
    for (const phrase of readPhrases(sentence)) {
      if (!isAskable(phrase) || things.has(phrase.head) || !isClearThing(phrase)) continue;
      things.set(phrase.head, withIndefinite(phrase));
      const purpose = purposes[phrase.head];
      if (purpose) facts.push({ kind: "purpose", thing: withIndefinite(phrase), purpose });
    }
  }
  return { facts, things: [...things.values()] };
}

/** A thing that a viewer could look for by its name alone. */
function isClearThing(phrase: { head: string; determiner: string; text: string }): boolean {
  if (/^(?:his|her|their|several|some)$/.test(phrase.determiner) || scenery.has(phrase.head)) return false;
  // "the nearest boat" and "the face of a cat" lose their sense with another article.
  return phrase.determiner !== "the" || !/(?:est\b|\bof\b)/.test(phrase.text);
}

/** "a glossy red tank", "the inside is white". */
function findColors(sentence: Sentence): Fact[] {
  const { lower } = sentence;
  const found: Fact[] = [];
  for (let index = 0; index < lower.length; index += 1) {
    if (!isColorWord(lower[index] ?? "") || /colou?red$/.test(lower[index] ?? "")) continue;
    let start = index;
    while (start > 0 && colorModifiers.has(lower[start - 1] ?? "")) start -= 1;
    let end = index + 1;
    if ((lower[end] === "and" || lower[end] === "to") && isColorWord(lower[end + 1] ?? "")) end += 2;
    const color = lower.slice(start, end).join(" ");
    const before = lower[start - 1] ?? "";
    const phrase = readPhrase(sentence, end, false);
    if (/^(?:is|are)$/.test(before) && !phrase) {
      const subject = subjectBefore(sentence, start - 1);
      if (subject && isAskable(subject)) {
        found.push({
          kind: "color",
          subject: subject.text,
          isPlural: lower[start - 1] === "are",
          color,
          head: subject.head,
        });
      }
    } else if (phrase && isAskable(phrase) && !colors.has(phrase.text)) {
      found.push({
        kind: "color",
        subject: phrase.text,
        isPlural: phrase.isPlural,
        color,
        head: phrase.head,
      });
    }
    index = end - 1;
  }
  return found;
}

function findCounts(sentence: Sentence): Fact[] {
  const { lower } = sentence;
  return lower.flatMap((word, index): Fact[] => {
    const count = /^\d{1,2}$/.test(word) ? Number(word) : numberWords.indexOf(word);
    // "the two boats" counts what was named before; "two of the boats" counts a part.
    if (count < 2 || count > 12 || lower[index + 1] === "of" || lower[index - 1] === "than") return [];
    const phrase = readPhrase(sentence, index + 1);
    if (!phrase?.isPlural || !isAskable(phrase)) return [];
    return [{ kind: "count", subject: phrase.text, count, head: phrase.head }];
  });
}

function findMaterials(sentence: Sentence): Fact[] {
  const found: Fact[] = [];
  const { lower } = sentence;
  for (const [index, word] of lower.entries()) {
    const material = materials[word];
    if (!material) continue;
    const phrase = readPhrase(sentence, index + 1, false);
    if (phrase && isAskable(phrase) && !(phrase.head in materials)) {
      found.push({
        kind: "material",
        subject: phrase.text,
        isPlural: phrase.isPlural,
        material,
        head: phrase.head,
      });
    } else if (/^(?:of|from)$/.test(lower[index - 1] ?? "") && lower[index - 2] === "made") {
      const subject = subjectBefore(sentence, index - 3);
      if (subject && isAskable(subject)) {
        found.push({
          kind: "material",
          subject: subject.text,
          isPlural: subject.isPlural,
          material,
          head: subject.head,
        });
      }
    }
  }
  return found;
}

function findLight(sentence: Sentence): Fact[] {
  const match =
    /\b(?:light|sunlight|sun)\b[^.;,]{0,40}\b(?:from|at) the (?:upper |lower |top |far )?(left|right|front|back)\b/i.exec(
      sentence.text,
    );
  return match?.[1] ? [{ kind: "light", from: match[1].toLowerCase() }] : [];
}

/** "…, so …" and "… because …". */
function findReasons(sentence: Sentence): Fact[] {
  const text = sentence.text.replace(/[.!]$/, "");
  const so = /^([^;]{12,90}?),? so (?:that )?([^,;]{12,90})$/.exec(text);
  if (so?.[1] && so[2]) return [{ kind: "reason", cause: so[1], effect: so[2] }];
  const because = /^([^;]{12,90}?),? (?:because|since) ([^,;]{8,90})$/.exec(text);
  return because?.[1] && because[2] && !/^(?:it|they|he|she)\b/i.test(because[2])
    ? [{ kind: "reason", cause: because[2], effect: because[1] }]
    : [];
}

/** "the boats" stays, "boats" becomes it. */
export function definite(subject: string): string {
  return /^(?:the|its|their)\b/.test(subject) ? subject : `the ${subject}`;
}

export function verbFor(isPlural: boolean, subject: string): "is" | "are" {
  return isPlural || isPluralPhrase(subject) ? "are" : "is";
}

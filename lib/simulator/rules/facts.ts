import { colorModifiers, colors, materials, numberWords, purposes } from "./lexicon.ts";
import {
  isAskable,
  isColorWord,
  type Phrase,
  readPhrase,
  readPhrases,
  type Sentence,
  splitSentences,
  withIndefinite,
} from "./phrases.ts";
import { isPluralPhrase } from "./topic.ts";

/** Something that a description says, ready to be asked about. */
export type Fact =
  | { kind: "color"; subject: string; isPlural: boolean; color: string; head: string }
  | { kind: "count"; subject: string; count: number; head: string }
  | { kind: "writing"; carrier: string | undefined; writing: string }
  | { kind: "material"; subject: string; isPlural: boolean; material: string; head: string }
  /** `where` is the whole phrase: "behind the motorcycle". */
  | { kind: "place"; subject: string; isPlural: boolean; where: string; head: string }
  /** `where` asks, `thing` answers: what is behind the motorcycle? A bench. */
  | { kind: "neighbor"; where: string; thing: string; isPlural: boolean }
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
      if (!isAskable(phrase) || phrase.determiner === "the" || things.has(phrase.head)) continue;
      things.set(phrase.head, withIndefinite(phrase));
      const purpose = purposes[phrase.head];
      if (purpose) facts.push({ kind: "purpose", thing: withIndefinite(phrase), purpose });
    }
  }
  return { facts, things: [...things.values()] };
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

function findWriting(sentence: Sentence): Fact[] {
  return [...sentence.text.matchAll(/["“]([^"”]{1,40})["”]/g)].flatMap((match): Fact[] => {
    const writing = (match[1] ?? "").replace(/[.,;]$/, "").trim();
    if (!/[A-Za-z0-9]/.test(writing)) return [];
    const after = splitSentences(sentence.text.slice(match.index + match[0].length))[0];
    const before = splitSentences(sentence.text.slice(0, match.index))[0];
    const onto =
      after &&
      /^(?:is |are )?(?:\w+ ){0,4}?(?:on|across|along|over)\b/.exec(
        after.lower.join(" ").replace(/^[,. ]+/, ""),
      );
    const carrierAfter = onto && after ? readPhrases(after)[0] : undefined;
    const phrases = before ? readPhrases(before).filter(isAskable) : [];
    const carriers = phrases.filter(
      (phrase) => !/^(?:words?|letters?|lettering|text|name|numbers?|inscription|writing)$/.test(phrase.head),
    );
    const carrier = (carrierAfter && isAskable(carrierAfter) ? carrierAfter : undefined) ?? carriers.at(-1);
    return [{ kind: "writing", carrier: carrier?.text, writing }];
  });
}

const standing =
  /^(?:is|are|rests?|sits?|stands?|lies?|hangs?|leans?|appears?|floats?|parked|placed|mounted|located|seated|perched|visible)$/;
const placing =
  /^(?:behind|beside|under|beneath|above|below|near|inside|between|against|on|in|at|next|along|across|atop|left|right|to)$/;

/** "A teaspoon rests on the right side of the saucer": subject, verb, phrase of place. */
function findPlaces(sentence: Sentence): Fact[] {
  const { lower, words } = sentence;
  const found: Fact[] = [];
  for (let index = 1; index < lower.length; index += 1) {
    if (!standing.test(lower[index] ?? "")) continue;
    let at = index + 1;
    while (standing.test(lower[at] ?? "") || /^(?:just|directly|partly)$/.test(lower[at] ?? "")) at += 1;
    if (!placing.test(lower[at] ?? "")) continue;
    const end = endOfPlace(lower, at);
    const where = words.slice(at, end).join(" ");
    const subject = subjectBefore(sentence, index);
    if (!subject || !isAskable(subject) || !isPlacePhrase(where)) continue;
    const isPlural =
      /^(?:are|rest|sit|stand|lie|hang|lean|appear|float)$/.test(lower[index] ?? "") || subject.isPlural;
    found.push({ kind: "place", subject: subject.text, isPlural, where, head: subject.head });
    index = end;
  }
  return found;
}

/** "Behind the motorcycle to the left is a bench": phrase of place, verb, thing. */
function findNeighbors(sentence: Sentence): Fact[] {
  const match =
    /^((?:Behind|Beside|Under|Beneath|Above|Below|Near|Inside|Next to|In front of|On top of|To the (?:left|right) of|Between|On|In|At) [^,;.]{3,60}?),? (?:there )?(is|are|stands?|hangs?|sits?|lies?|rests?|rises?) (?=(?:a|an|two|three|four|five|six|several|some|rows?)\b)/.exec(
      sentence.text,
    );
  if (!match?.[1]) return [];
  const rest = splitSentences(`${sentence.text.slice(match[0].length)}`)[0];
  const thing = rest && readPhrases(rest)[0];
  const where = match[1].replace(/ as seen .*$/, "");
  if (!thing || !isAskable(thing) || !isPlacePhrase(where)) return [];
  return [
    {
      kind: "neighbor",
      where: where.charAt(0).toLowerCase() + where.slice(1),
      thing: withIndefinite(thing),
      isPlural: match[2] === "are",
    },
  ];
}

function findFacing(sentence: Sentence): Fact[] {
  const match =
    /\b(?:facing|faces|face|pointing|points?|turned|looking|looks)(?: very| slightly| directly| straight| a little)*(?: to| toward| towards)?(?: the)? (left|right|viewer|camera)\b/i.exec(
      sentence.text,
    );
  if (!match?.[1]) return [];
  const before = splitSentences(sentence.text.slice(0, match.index))[0];
  const subject = before && readPhrases(before).find(isAskable);
  if (!subject) return [];
  const direction = /viewer|camera/.test(match[1])
    ? "Toward the viewer"
    : `Toward the ${match[1].toLowerCase()}`;
  return [{ kind: "facing", subject: subject.text, isPlural: subject.isPlural, direction }];
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

/** The noun phrase of the clause that ends before a word: the first after the last comma or "and". */
function subjectBefore(sentence: Sentence, index: number): (Phrase & { determiner: string }) | undefined {
  const { lower } = sentence;
  let start = index - 1;
  while (
    start > 0 &&
    !/^[,;:.§]$/.test(lower[start] ?? "") &&
    !/^(?:and|but|where|while|which|that|with)$/.test(lower[start] ?? "")
  )
    start -= 1;
  const clause = { ...sentence, words: sentence.words.slice(0, index), lower: lower.slice(0, index) };
  const inside = readPhrases(clause).filter((phrase) => phrase.start - 1 >= start);
  const first = inside[0];
  if (!first) return undefined;
  // Only adverbs and short phrases of place may stand between the subject and its verb.
  return index - first.end <= 5 && !/^(?:several|some)$/.test(first.determiner) ? first : undefined;
}

function endOfPlace(lower: readonly string[], from: number): number {
  let end = from + 1;
  while (end < lower.length && end - from < 12) {
    const word = lower[end] ?? "";
    if (
      /^[,;:.()§—–]$/.test(word) ||
      /^(?:and|with|that|which|while|where|facing|but|as|reflecting|holding|casting|its|so)$/.test(word)
    )
      break;
    end += 1;
  }
  return end;
}

function isPlacePhrase(where: string): boolean {
  const words = where.split(" ");
  return (
    words.length >= 2 &&
    words.length <= 11 &&
    /\b(?:the|a|an|its)\b|left|right/.test(where) &&
    !/\b(?:it|them|this|view|focus|good|each other)\b(?! of)/.test(where.replace(/of the view/, ""))
  );
}

/** "the boats" stays, "boats" becomes it. */
export function definite(subject: string): string {
  return /^(?:the|its|their)\b/.test(subject) ? subject : `the ${subject}`;
}

export function verbFor(isPlural: boolean, subject: string): "is" | "are" {
  return isPlural || isPluralPhrase(subject) ? "are" : "is";
}

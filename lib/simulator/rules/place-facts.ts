import type { Fact } from "./facts.ts";
import {
  isAskable,
  type Phrase,
  readPhrases,
  type Sentence,
  splitSentences,
  withIndefinite,
} from "./phrases.ts";

const standing =
  /^(?:is|are|rests?|sits?|stands?|lies?|hangs?|leans?|appears?|floats?|parked|placed|mounted|located|seated|perched|visible)$/;
const placing =
  /^(?:behind|beside|under|beneath|above|below|near|inside|between|against|on|in|at|next|along|across|atop|left|right|to)$/;

/** "A teaspoon rests on the right side of the saucer": subject, verb, phrase of place. */
export function findPlaces(sentence: Sentence): Fact[] {
  const { lower, words } = sentence;
  const found: Fact[] = placeAtOnce(sentence);
  for (let index = 1; index < lower.length; index += 1) {
    if (!standing.test(lower[index] ?? "")) continue;
    let at = index + 1;
    while (standing.test(lower[at] ?? "") || /^(?:just|directly|partly)$/.test(lower[at] ?? "")) at += 1;
    if (!placing.test(lower[at] ?? "")) continue;
    const end = endOfPlace(lower, at);
    const where = words.slice(at, end).join(" ");
    const subject = subjectBefore(sentence, index);
    if (!subject || !isAskable(subject) || !isPlacePhrase(where)) continue;
    // "on its center stand": a bare "stand" is a verb after a plural alone.
    if (/^(?:rest|sit|stand|lie|hang|lean|appear|float)$/.test(lower[index] ?? "") && !subject.isPlural)
      continue;
    const isPlural =
      /^(?:are|rest|sit|stand|lie|hang|lean|appear|float)$/.test(lower[index] ?? "") || subject.isPlural;
    found.push({ kind: "place", subject: subject.text, isPlural, where, head: subject.head });
    index = end;
  }
  return found;
}

/** "A dog on a couch.": a caption without a verb. */
function placeAtOnce(sentence: Sentence): Fact[] {
  const [subject, object] = readPhrases(sentence);
  if (!subject || !object || subject.start !== 1 || !isAskable(subject)) return [];
  const isWhole = object.end >= sentence.lower.length - 1 && object.start <= subject.end + 3;
  if (!isWhole || !placing.test(sentence.lower[subject.end] ?? "")) return [];
  const where = sentence.words.slice(subject.end, object.end).join(" ");
  return [{ kind: "place", subject: subject.text, isPlural: subject.isPlural, where, head: subject.head }];
}

/** "Behind the motorcycle to the left is a bench": phrase of place, verb, thing. */
export function findNeighbors(sentence: Sentence): Fact[] {
  const match =
    /^((?:Behind|Beside|Under|Beneath|Above|Below|Near|Inside|Next to|In front of|On top of|To the (?:left|right) of|Between|On|In|At) [^,;.]{3,60}?),? (?:there )?(is|are|stands?|hangs?|sits?|lies?|rests?|rises?) (?=(?:a|an|two|three|four|five|six|several|some|rows?)\b)/.exec(
      sentence.text,
    );
  if (!match?.[1]) return [];
  const rest = splitSentences(sentence.text.slice(match[0].length))[0];
  const [thing, ...more] = rest ? readPhrases(rest) : [];
  const where = match[1].replace(/ as seen .*$/, "");
  if (!thing || !isAskable(thing) || !isPlacePhrase(where)) return [];
  return [
    {
      kind: "neighbor",
      where: where.charAt(0).toLowerCase() + where.slice(1),
      thing: withIndefinite(thing),
      isPlural: thing.isPlural,
      alsoThere: more.map((phrase) => phrase.head),
    },
  ];
}

export function findFacing(sentence: Sentence): Fact[] {
  const match =
    /\b(?:facing|faces|face|pointing|points?|turned|looking|looks)(?: very| slightly| directly| straight| a little)*(?: to| toward| towards)?(?: the)? (left|right|viewer|camera)\b/i.exec(
      sentence.text,
    );
  if (!match?.[1]) return [];
  const before = splitSentences(sentence.text.slice(0, match.index))[0];
  const phrases = before ? readPhrases(before).filter(isAskable) : [];
  // "A portrait of an astronaut, seen from the waist up and turned …": a person before a part of one.
  const subject = phrases.find((phrase) => people.test(phrase.head)) ?? phrases[0];
  if (!subject) return [];
  const direction = /viewer|camera/.test(match[1])
    ? "Toward the viewer"
    : `Toward the ${match[1].toLowerCase()}`;
  return [{ kind: "facing", subject: subject.text, isPlural: subject.isPlural, direction }];
}

const people =
  /^(?:man|woman|person|people|child|girl|boy|men|women|astronaut|rider|worker|dog|cat|horse|bird|cow|animal|figure|statue|player)$/;

/** The noun phrase of the clause that ends before a word: the first after the last comma or "and". */
export function subjectBefore(
  sentence: Sentence,
  index: number,
): (Phrase & { determiner: string }) | undefined {
  const { lower } = sentence;
  let start = index - 1;
  while (
    start > 0 &&
    !/^[,;:.§]$/.test(lower[start] ?? "") &&
    !/^(?:and|but|where|while|which|that)$/.test(lower[start] ?? "")
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
      /^(?:and|with|that|which|whose|while|where|facing|but|as|reflecting|holding|casting|its|so|says|reads|from)$/.test(
        word,
      )
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

import type { Fact } from "./facts.ts";
import { isAskable, readPhrase, readPhrases, type Sentence, splitSentences } from "./phrases.ts";

/** Text in quotation marks, with what it stands on where the sentence leaves no doubt. */
export function findWriting(sentence: Sentence): Fact[] {
  return [...sentence.text.matchAll(/["“]([^"”]{1,40})["”]/g)].flatMap((match): Fact[] => {
    const writing = (match[1] ?? "").replace(/[.,;]$/, "").trim();
    if (!/[A-Za-z0-9]/.test(writing)) return [];
    const before = sentence.text.slice(0, match.index);
    const after = sentence.text.slice(match.index + match[0].length);
    return [{ kind: "writing", carrier: findCarrier(before, after), writing }];
  });
}

function findCarrier(before: string, after: string): string | undefined {
  // "a red "KEEP OUT" sign"
  const following = splitSentences(after)[0];
  const own = following && /^\s*[a-z]/.test(after) ? readPhrase(following, 0) : undefined;
  if (own && isAskable(own)) return own.text;
  // "… painted in black on its bow"
  const isOnto = /^[,\s]*(?:is |are |was )?(?:\w+ ){0,4}?(?:on|across|along|over)\b/.test(after);
  const onto = isOnto && following ? readPhrases(following)[0] : undefined;
  if (onto && isAskable(onto)) return onto.text;
  // "… sign says", "a badge reading", "whose label reads"
  const reading =
    /([\w-]+)(?:,? (?:that|which))? (?:reads?|reading|says?|saying|spells?|spelling)\s*[:,]?\s*$/.exec(
      before,
    )?.[1];
  const preceding = splitSentences(before)[0];
  const phrases = preceding
    ? readPhrases(preceding).filter((phrase) => isAskable(phrase) && !aboutWriting.test(phrase.head))
    : [];
  if (reading)
    return phrases.findLast((phrase) => phrase.head === reading.toLowerCase())?.text ?? reading.toLowerCase();
  // In a list ("a shuttle, and the words …") what comes before carries nothing.
  if (/,? and the (?:words?|letters?|name|number)\b[^,]*$/.test(before)) return undefined;
  return phrases.at(-1)?.text;
}

const aboutWriting = /^(?:words?|letters?|lettering|text|name|numbers?|inscription|writing)$/;

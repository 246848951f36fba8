import type { Random } from "#lib/random.ts";
import type { AskedChoice, AskedQuestion } from "../task.ts";
import { claim, inSentence, observe, withLabel } from "./claims.ts";
import { spellLike } from "./spelling.ts";
import { readTopic, upperFirst } from "./topic.ts";

/** A quick thought of about 40 to 110 words that comes to `chosen`, right or wrong: it sounds the same. */
export function writeSimpleThought(asked: AskedQuestion, chosen: AskedChoice, random: Random): string {
  const topic = readTopic(asked.question);
  const others = random.shuffle(asked.choices.filter((choice) => choice.letter !== chosen.letter));
  const [other, third] = others;
  const fill = (template: string) =>
    template
      .replaceAll("{focus}", topic.focus)
      .replaceAll("{Focus}", upperFirst(topic.focus))
      .replaceAll("{other}", other ? inSentence(other, topic) : "the rest")
      .replaceAll("{third}", third ? inSentence(third, topic) : "the rest")
      .replaceAll("{labelled}", withLabel(chosen));
  const sentences = [
    fill(random.pick(openings)),
    observe(topic, random),
    `${random.pick(leads)}${claim(topic, chosen, random)}.`,
  ];
  if (other && random.next() < 0.8) sentences.push(fill(random.pick(comparisons)));
  if (random.next() < 0.5) sentences.push(observe(topic, random));
  if (random.next() < 0.4) sentences.push(random.pick(asides));
  for (const aside of random.shuffle(asides)) {
    if (countWords(sentences) >= fewestWords) break;
    sentences.push(aside);
  }
  sentences.push(fill(random.pick(conclusions)));
  return spellLike(asked.question, [...new Set(sentences)].map(upperFirst).join(" "));
}

/** Before the conclusion, so that the whole has at least 40 words. */
const fewestWords = 36;

function countWords(sentences: readonly string[]): number {
  return [...new Set(sentences)].join(" ").split(/\s+/).length;
}

const openings = [
  "To answer this, I need to look closely at {focus}.",
  "The question is about {focus}, so I look there first.",
  "I start with {focus} and with what is near.",
  "First I take in {focus}.",
  "Let me look at {focus} before I compare the choices.",
  "What matters here is {focus}, and the rest of the scene can wait.",
  "I turn to {focus}, which is what decides this question.",
  "{Focus}: that is where the answer must be found.",
];

const leads = [
  "From what I can see, ",
  "At a first look, ",
  "As far as I can tell, ",
  "Looking at it as a whole, ",
  "",
  "In the picture, ",
  "Judging by the overall impression, ",
];

const comparisons = [
  "I also thought of {other}, but that does not fit as well.",
  "Neither {other} nor {third} would match what is there.",
  "The choice {other} would look quite different from this.",
  "If it were {other}, I would expect to notice it at once, and I do not.",
  "Of the remaining choices, {other} comes nearest, yet something about it is off.",
  "That rules out {other}, and {third} seems even less likely.",
];

const asides = [
  "Nothing else in the picture speaks against it.",
  "The picture is sharp enough at this point to tell.",
  "It stands out against what is around it.",
  "It takes up only a small part of the picture, but it is there to be seen.",
  "I don't see anything that would point another way.",
];

const conclusions = [
  "So the answer is {labelled}.",
  "Therefore I choose {labelled}.",
  "That makes {labelled} the best match.",
  "This leads me to {labelled}.",
  "Hence the correct choice should be {labelled}.",
  "Among the four, {labelled} fits what I see.",
];

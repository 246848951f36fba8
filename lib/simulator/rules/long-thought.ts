import type { Random } from "#lib/random.ts";
import type { AskedChoice, AskedQuestion } from "../task.ts";
import { claim, inSentence, observe, withLabel } from "./claims.ts";
import { spellLike } from "./spelling.ts";
import { readTopic, type Topic, upperFirst } from "./topic.ts";

export type SecondLook = {
  asked: AskedQuestion;
  /** What the preset came to, where that could be made out. */
  first: AskedChoice | undefined;
  /** What the second look comes to. */
  reached: AskedChoice;
  /** The last words of the preset: after a comma the thought goes on in lower case. */
  cue: string | undefined;
  /** The thought goes on for at least so many characters; 0 leaves it at its own length. */
  minLength: number;
  /** One sentence cites the description, which a good thought never does. */
  leaks: boolean;
  /** Words that the request bans while decoding; a leak can only use others. */
  bannedWords: readonly string[];
};

/**
 * The continuation of a thought from its cue up to its last word, without the blank at its beginning and without
 * `</think>`: it looks again, goes back on the first answer or confirms it, and comes to `reached`.
 */
export function writeLongThought(look: SecondLook, random: Random): string {
  const topic = readTopic(look.asked.question);
  const isChanged = look.first !== undefined && look.first.letter !== look.reached.letter;
  const others = random.shuffle(
    look.asked.choices.filter((choice) => choice.letter !== look.reached.letter && choice !== look.first),
  );
  const fill = (template: string) => fillIn(template, topic, look, others);

  const opening = fill(random.pick(isAfterComma(look.cue) ? commaOpenings : sentenceOpenings));
  const middle = [observe(topic, random)];
  if (random.next() < 0.35) middle.unshift(fill(random.pick(subgoals)));
  const sayable = look.leaks ? leaks.filter((each) => !holdsWord(each, look.bannedWords)) : [];
  if (sayable.length > 0) middle.push(fill(random.pick(sayable)));
  middle.push(
    fill(random.pick(isChanged ? turns : confirmations)).replace(
      "{claim}",
      claim(topic, look.reached, random),
    ),
  );
  if (others.length > 0 && random.next() < 0.7) middle.push(fill(random.pick(eliminations)));
  if (random.next() < 0.4) middle.push(observe(topic, random));
  if (look.minLength > 0) {
    for (let length = middle.join(" ").length; length < look.minLength; ) {
      const next = random.next() < 0.5 ? fill(random.pick(doubts)) : observe(topic, random);
      if (next === middle.at(-1)) continue;
      middle.push(next);
      length += next.length + 1;
    }
  }
  middle.push(fill(random.pick(isChanged ? changedConclusions : keptConclusions)));
  const rest = (look.minLength > 0 ? middle : [...new Set(middle)]).map(upperFirst);
  // A paragraph break somewhere in the middle, as reasoning models like to make.
  const breakAt = random.next() < 0.5 ? 1 + random.int(rest.length - 1) : -1;
  const whole = [opening, ...rest]
    .map((sentence, index) => (index === 0 ? "" : index === breakAt ? "\n\n" : " ") + sentence)
    .join("");
  return spellLike(look.asked.question, whole);
}

function holdsWord(text: string, words: readonly string[]): boolean {
  const own = new Set(text.toLowerCase().match(/[a-z']+/g));
  return words.some((word) => own.has(word.trim().toLowerCase()));
}

/** The sentence that some replies have between `</think>` and `<answer>`. */
export function writeClosing(
  asked: AskedQuestion,
  reached: AskedChoice,
  leaks: boolean,
  random: Random,
): string {
  const topic = readTopic(asked.question);
  const said = spellLike(asked.question, claim(topic, reached, random));
  return leaks ? `According to what is given, ${said}.` : `${upperFirst(said)}.`;
}

/** Whether what follows the cue begins in lower case. */
export function isAfterComma(cue: string | undefined): boolean {
  return cue?.endsWith(",") ?? false;
}

function fillIn(template: string, topic: Topic, look: SecondLook, others: readonly AskedChoice[]): string {
  const [other, third] = others;
  return template
    .replaceAll("{focus}", topic.focus)
    .replaceAll("{first}", look.first ? inSentence(look.first, topic) : "my first idea")
    .replaceAll("{reached}", inSentence(look.reached, topic))
    .replaceAll("{labelled}", withLabel(look.reached))
    .replaceAll("{other}", other ? inSentence(other, topic) : "another choice")
    .replaceAll(
      "{third}",
      third ? inSentence(third, topic) : other ? inSentence(other, topic) : "another choice",
    );
}

const commaOpenings = [
  "let me look again at {focus} before I settle on anything.",
  "I should check {focus} more carefully.",
  "I may have gone over {focus} too fast.",
  "is that really what {focus} would tell me? Let me go back there.",
  "I want to be sure about {focus}, so I go back there.",
  "perhaps I should start from {focus} and forget my first idea for a moment.",
  "I took the first answer that came to mind, so let me test it against {focus}.",
];
const sentenceOpenings = commaOpenings.map(upperFirst);

const subgoals = [
  "First I find the place, then I go through the choices one by one.",
  "I will do this in two steps: look at the thing itself, then at what surrounds it.",
  "Let me take the choices in turn and see which of them survives.",
];

const turns = [
  "I had it as {first}, but on a second look {claim}.",
  "My first answer was {first}. That was too quick: {claim}.",
  "Actually, {first} does not hold up. Now that I look properly, {claim}.",
  "No, {first} can't be right, because {claim}.",
  "Going back, I see my error. It is not {first}; {claim}.",
  "I was led astray by the surroundings when I chose {first}. Leaving them out, {claim}.",
];

const confirmations = [
  "It is the same as before: {claim}.",
  "Looking at it a second time, {claim}, as I first thought.",
  "Yes, {claim}. Nothing speaks against it.",
  "The second look confirms it: {claim}.",
  "I tried to see it as something else, and still {claim}.",
];

const eliminations = [
  "What about {other}? No, there is no sign of that.",
  "I check {other} as well, and it does not fit.",
  "For {other} to be right, the picture would have to be quite different.",
  "Both {other} and {third} can be ruled out for the same reason.",
];

const doubts = [
  "Hmm, could it be {other} after all? I look once more, and I don't think so.",
  "Wait, let me go over {focus} one more time to be safe.",
  "Then again, {third} deserves a fair look too, so I compare it part by part.",
  "I ask myself whether the angle could mislead me, and I try to allow for it.",
  "Let me double-check this from the other side of the picture.",
];

const changedConclusions = [
  "So I correct myself: the answer is {labelled}.",
  "I was wrong at first; it should be {labelled}.",
  "That settles it, and the answer changes to {labelled}.",
  "Therefore the right choice is {labelled} after all.",
];

const keptConclusions = [
  "So the answer is {labelled}.",
  "So I stay with {labelled}.",
  "That leaves {labelled} as the right choice, and I am confident in it.",
  "So {labelled} it is.",
];

/** Each holds a word that the leak check must find. */
const leaks = [
  "The description says something about {focus}, and I go by that.",
  "According to the text, this part is as I now see it.",
  "It is mentioned together with {focus}, which decides the matter.",
  "As described, {focus} leaves little room for doubt.",
  "According to what I was given, {focus} is clear enough.",
  "The user wants one of the four choices, so I must decide on {focus}.",
];

import { createRandom, deriveSeed } from "#lib/random.ts";
import type { AskedChoice, AskedQuestion } from "../task.ts";
import { plain } from "./judgement.ts";

/**
 * What the simulator takes for right in a question that it did not write: the choice whose words stand closest to
 * the question's own in the description, where there is one; else one drawn from the question alone, so that all
 * its samples believe the same.
 */
export function guessKey(asked: AskedQuestion, description: string | undefined, seed: string): AskedChoice {
  const random = createRandom(deriveSeed(seed, "guess", plain(asked.question)));
  const inOrder = [...asked.choices].sort((one, other) => (plain(one.text) < plain(other.text) ? -1 : 1));
  const drawn = random.pick(inOrder);
  if (!description) return drawn;
  const sentences = description.toLowerCase().split(/(?<=[.,;:!?])\s+/);
  const about = wordsOf(asked.question);
  let best: { choice: AskedChoice; score: number } | undefined;
  for (const choice of inOrder) {
    const words = wordsOf(choice.text);
    if (words.length === 0) continue;
    for (const sentence of sentences) {
      const own = words.filter((word) => sentence.includes(word)).length / words.length;
      if (own === 0) continue;
      const score = own * (1 + about.filter((word) => sentence.includes(word)).length);
      if (!best || score > best.score) best = { choice, score };
    }
  }
  return best?.choice ?? drawn;
}

const idle = new Set(
  "the a an of in on at is are was what which where how many color does this that image picture seen with and to".split(
    " ",
  ),
);

function wordsOf(text: string): string[] {
  return (
    plain(text)
      .match(/[a-z0-9]+/g)
      ?.filter((word) => !idle.has(word)) ?? []
  );
}

import { choiceLetter } from "#lib/checks/letters.ts";
import { createRandom } from "#lib/random.ts";

/** How an answer is asked for and written: "(A)", "A." or the choice's full text. */
export type AnswerStyle = "parenthesis" | "dot" | "text";

export const ANSWER_STYLES = ["parenthesis", "dot", "text"] as const satisfies readonly AnswerStyle[];

/** The answer style of a question, drawn once with its seed. */
export function drawAnswerStyle(seed: string): AnswerStyle {
  return createRandom(seed).pick(ANSWER_STYLES);
}

/** The choices as they are shown to a model, one a line. Where the full text is asked for, letters still mark them. */
export function formatChoices(choices: readonly string[], style: AnswerStyle): string {
  return choices
    .map((choice, index) =>
      style === "dot" ? `${choiceLetter(index)}. ${choice}` : `(${choiceLetter(index)}) ${choice}`,
    )
    .join("\n");
}

/** An answer in the style that was asked for, whichever style it was given in. */
export function formatAnswer(style: AnswerStyle, choices: readonly string[], index: number): string {
  const choice = choices[index];
  if (choice === undefined) throw new RangeError(`Choice ${index} is none of the ${choices.length} choices.`);
  if (style === "text") return choice;
  return style === "dot" ? `${choiceLetter(index)}.` : `(${choiceLetter(index)})`;
}

/**
 * The choices in an order drawn with the seed, the key moved along. Choices that speak of others ("All of the
 * above", "Both A and B") would lose their meaning, so such a question keeps its order.
 *
 * @returns the question with `order`, where `order[shown]` is the choice's place before shuffling.
 */
export function shuffleChoices<Q extends { choices: readonly string[]; keyIndex: number }>(
  question: Q,
  seed: string,
): Q & { choices: string[]; order: number[] } {
  const places = question.choices.map((_, index) => index);
  const order = isOrderBound(question.choices) ? places : createRandom(seed).shuffle(places);
  return {
    ...question,
    choices: order.map((place) => question.choices[place] as string),
    keyIndex: order.indexOf(question.keyIndex),
    order,
  };
}

/** Whether a choice refers to the others by place or letter. */
export function isOrderBound(choices: readonly string[]): boolean {
  return choices.some(
    (choice) =>
      /\b(?:all|none|both|any|neither|either) (?:of )?(?:the )?(?:above|below|other options|options above)\b/iu.test(
        choice,
      ) ||
      /\b(?:[Bb]oth|[Ee]ither|[Nn]either|[Oo]ptions?|[Cc]hoices?) \(?[A-H]\)?(?:,? (?:and|or|nor|&) \(?[A-H]\)?)?$/u.test(
        choice,
      ) ||
      /^\(?[A-H]\)? (?:and|or|&) \(?[A-H]\)?$/u.test(choice),
  );
}

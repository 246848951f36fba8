import { plain } from "../rules/judgement.ts";
import type { AskedQuestion } from "../task.ts";
import type { PlaybackImage, PlaybackLongThought, PlaybackQuestion, PlaybackSimpleThought } from "./types.ts";

/** Hand-written replies, findable by what stands in a request. */
export type Playback = {
  findImage(told: string): PlaybackImage | undefined;
  findQuestion(asked: AskedQuestion): PlaybackQuestion | undefined;
  findSimpleThought(
    question: PlaybackQuestion,
    asked: AskedQuestion,
    preset: string,
  ): PlaybackSimpleThought | undefined;
};

export function createPlayback(images: readonly PlaybackImage[]): Playback {
  const openings = images.map((image) => ({ image, opening: plain(image.description).slice(0, 80) }));
  const questions = new Map<string, PlaybackQuestion>();
  for (const image of images) {
    for (const question of image.questions) questions.set(plain(question.question), question);
  }
  return {
    findImage(told) {
      if (openings.length === 0) return undefined;
      const text = plain(told);
      return openings.find(
        ({ image, opening }) => text.includes(opening) && text.includes(plain(image.description)),
      )?.image;
    },
    findQuestion(asked) {
      const found = questions.get(plain(asked.question));
      // A revised question with other choices is a new one: what was written for the old one may not fit.
      return found && sameChoices(found, asked) ? found : undefined;
    },
    findSimpleThought(question, asked, preset) {
      const text = plain(preset);
      return question.simpleThoughts.find((each) => text.includes(plain(placeLabels(each.thought, asked))));
    },
  };
}

/** The continuations that fit a cue, those written for it first. */
export function longThoughtsFor(
  simple: PlaybackSimpleThought,
  cue: string | undefined,
): PlaybackLongThought[] {
  const own = simple.longThoughts.filter((each) => each.cue !== undefined && each.cue === cue);
  return [...own, ...simple.longThoughts.filter((each) => each.cue === undefined)];
}

/** Puts the request's labels where the writer left `{label:Some choice}`. */
export function placeLabels(text: string, asked: AskedQuestion): string {
  return text.replace(/\{label:([^}]+)\}/g, (whole, wanted: string) => {
    const choice = asked.choices.find((each) => plain(each.text) === plain(wanted));
    return choice ? `(${choice.letter})` : whole;
  });
}

function sameChoices(question: PlaybackQuestion, asked: AskedQuestion): boolean {
  const wanted = new Set(question.choices.map(plain));
  return (
    asked.choices.length === wanted.size && asked.choices.every((choice) => wanted.has(plain(choice.text)))
  );
}

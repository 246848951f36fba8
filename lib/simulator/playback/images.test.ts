import { describe, expect, it } from "vitest";
import { findLeaks } from "#lib/checks/leak.ts";
import { countWords, findDescription } from "../reading/description.ts";
import { plain } from "../rules/judgement.ts";
import { playbackImages } from "./images/all.ts";

const questions = playbackImages.flatMap((image) => image.questions);
const thoughts = questions.flatMap((question) =>
  question.simpleThoughts.map((thought) => ({ question, thought })),
);

/** Each name once: a test's title, and no silent pass where the list is empty. */
describe(`the ${playbackImages.length} hand-written pictures`, () => {
  it("have unique names, questions and thoughts", () => {
    for (const list of [
      playbackImages.map((image) => image.name),
      playbackImages.map((image) => plain(image.description)),
      questions.map((question) => plain(question.question)),
      thoughts.map(({ thought }) => plain(thought.thought)),
    ]) {
      expect(new Set(list).size).toBe(list.length);
    }
  });

  it("have descriptions of 120 to 220 words that are found in a request", () => {
    for (const { name, description } of playbackImages) {
      const words = countWords(description);
      expect(words, name).toBeGreaterThanOrEqual(120);
      expect(words, name).toBeLessThanOrEqual(220);
      expect(findDescription(`Write.\n<description>\n${description}\n</description>`), name).toBe(
        description,
      );
    }
  });

  it("have four different choices, one of them the key, and answers that are choices", () => {
    for (const question of questions) {
      const { choices, key } = question;
      expect(new Set(choices.map(plain)).size, question.question).toBe(4);
      expect(choices, question.question).toContain(key);
      for (const thought of question.simpleThoughts) {
        for (const each of [thought, ...thought.longThoughts])
          expect(choices, question.question).toContain(each.answer);
      }
    }
  });

  it("name only their own choices in labels", () => {
    for (const { question, thought } of thoughts) {
      const own = [
        thought.thought,
        ...thought.longThoughts.flatMap((long) => [long.continuation, long.closing ?? ""]),
      ];
      for (const [, label] of own.join("\n").matchAll(/\{label:([^}]*)\}/g)) {
        expect(question.choices.map(plain), question.question).toContain(plain(label ?? ""));
      }
    }
  });

  it("leak seldom, since only the checks' own examples are meant to", () => {
    const continuations = thoughts.flatMap(({ thought }) =>
      thought.longThoughts.map((long) => long.continuation),
    );
    const leaking = continuations.filter((text) => findLeaks(text).length > 0);
    expect(leaking.length).toBeLessThanOrEqual(Math.ceil(continuations.length * 0.15));
  });
});

import { expect, it } from "vitest";
import { countWords } from "#lib/count-words.ts";

it("parts words at everything that the language calls a blank, and at nothing else", () => {
  for (let unit = 0; unit <= 0xffff; unit += 1) {
    const text = `a${String.fromCharCode(unit)}b`;
    if (countWords(text) !== (text.match(/\S+/gu)?.length ?? 0))
      throw new Error(`U+${unit.toString(16)} is taken for something else.`);
  }
});

it("counts runs, wherever the blanks stand", () => {
  for (const [text, words] of [
    ["", 0],
    ["  \n\t", 0],
    ["one", 1],
    [" two  words\n", 2],
    ["𝒶 surrogate pair: 🪁.", 4],
    ["zero\u200bwidth parts nothing", 3],
  ] as const)
    expect([text, countWords(text)]).toEqual([text, words]);
});

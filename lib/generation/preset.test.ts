import { describe, expect, it } from "vitest";
import { assembleLongThought, buildPreset, CUES, drawCue, drawJoiner } from "#lib/generation/preset.ts";

describe("buildPreset", () => {
  it("puts its parts in order, alters none, and ends with the cue", () => {
    const simpleThought = "The KITE is Red, so I choose (A)";
    const preset = buildPreset({ opening: " I look again. ", simpleThought, cue: "Hmm,", joinerSeed: "1" });
    expect(preset.text).toBe(`${preset.opening}${simpleThought}${preset.joiner}Hmm,`);
    expect(preset.opening).toBe("<think>\nI look again.\n\n");
    expect(preset.text.endsWith("Hmm,")).toBe(true);
    expect(preset.simpleThought).toBe(simpleThought);
  });

  it("needs no words before the thought", () => {
    expect(buildPreset({ opening: "", simpleThought: "Red.", cue: "Wait,", joinerSeed: "1" }).text).toMatch(
      /^<think>\nRed\.\sWait,$/u,
    );
  });
});

describe("drawJoiner", () => {
  it.each([
    ["It is red", true],
    ["the answer is (A)", true],
    ["It is red.", false],
    ["Is it red?", false],
    ['It says "stop."', false],
    ["It is **red.**", false],
    ["and so on…", false],
  ])("after %j lacks a full stop: %s", (thought, lacks) => {
    expect(drawJoiner(thought, "seed").startsWith(".")).toBe(lacks);
  });

  it("draws blanks and newlines about equally, the same for the same seed", () => {
    const joiners = Array.from({ length: 1000 }, (_, index) => drawJoiner("Red.", `j${index}`));
    expect(Math.abs(joiners.filter((joiner) => joiner === "\n").length - 500)).toBeLessThan(70);
    expect(new Set(joiners)).toEqual(new Set([" ", "\n"]));
    expect(drawJoiner("Red.", "j1")).toBe(joiners[1]);
  });
});

describe("drawCue", () => {
  it("reaches every cue", () => {
    expect(new Set(Array.from({ length: 100 }, (_, index) => drawCue(`${index}`)))).toEqual(new Set(CUES));
  });
});

describe("assembleLongThought", () => {
  const parts = { simpleThought: "It is red.", joiner: "\n", cue: "Wait," };

  it("marks where the cue stands", () => {
    const long = assembleLongThought({ ...parts, continuation: " no, blue." });
    expect(long.text).toBe("It is red.\nWait, no, blue.");
    expect(long.text.slice(long.cueStart, long.cueEnd)).toBe("Wait,");
  });

  it("parts the cue from a word where a server trimmed the blank, and nowhere else", () => {
    expect(assembleLongThought({ ...parts, continuation: "no, blue." }).text).toContain("Wait, no");
    expect(assembleLongThought({ ...parts, continuation: "\nNo." }).text).toContain("Wait,\nNo");
    expect(assembleLongThought({ ...parts, continuation: "… no" }).text).toContain("Wait,… no");
  });
});

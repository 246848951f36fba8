import { describe, expect, it } from "vitest";
import { type CommandSpec, formatHelp, nearestOf, readArguments, readCount } from "#lib/cli/arguments.ts";
import { isAppError } from "#lib/errors.ts";

const spec: CommandSpec = {
  name: "try",
  summary: "Try it.",
  options: {
    project: { value: "NAME", help: "the project", required: true },
    samples: { value: "N", help: "how many" },
    yes: { help: "don't ask" },
  },
};
const withOperand: CommandSpec = { name: "look", summary: "Look.", operand: "DIR", options: {} };

function sentenceOf(words: string[], of = spec): string {
  try {
    readArguments(of, words);
  } catch (error) {
    if (isAppError(error)) return error.message;
    throw error;
  }
  throw new Error("it was understood");
}

describe("readArguments", () => {
  it("reads texts and switches, in either spelling", () => {
    const args = readArguments(spec, ["--project", "A b", "--samples=3", "--yes"]);
    expect([args.needed("project"), args.text("samples"), args.has("yes"), args.has("json")]).toEqual([
      "A b",
      "3",
      true,
      false,
    ]);
  });

  it("reads the word that stands alone", () => {
    expect(readArguments(withOperand, ["here", "--json"]).operand).toBe("here");
  });

  it("asks for nothing where only the help is wanted", () => {
    expect(readArguments(spec, ["--help"]).has("help")).toBe(true);
  });

  it.each([
    [[], "second-look try needs --project NAME. See second-look try --help."],
    [
      ["--projct", "x"],
      "second-look try has no option --projct; did you mean --project? See second-look try --help.",
    ],
    [["--zzz"], "second-look try has no option --zzz. See second-look try --help."],
    [["-p", "x"], "second-look try has no option -p. See second-look try --help."],
    [
      ["--project"],
      "second-look try needs a value after --project (NAME; write --project=… for one that begins with a dash). See second-look try --help.",
    ],
    [["--project", "x", "--yes=no"], "second-look try takes no value for --yes. See second-look try --help."],
    [
      ["--project", "x", "more"],
      'second-look try doesn\'t know what to do with "more". See second-look try --help.',
    ],
  ])("says in one sentence what is wrong with %o", (words, sentence) => {
    expect(sentenceOf(words)).toBe(sentence);
  });

  it("misses the word that has to stand alone", () => {
    expect(sentenceOf([], withOperand)).toBe("second-look look needs DIR. See second-look look --help.");
  });

  it("takes a project whose name looks like an option's", () => {
    expect(readArguments(spec, ["--project=--samples"]).needed("project")).toBe("--samples");
  });
});

describe("readCount", () => {
  it("takes whole numbers from 1", () => {
    expect(readCount(spec, readArguments(spec, ["--project", "x", "--samples", "12"]), "samples")).toBe(12);
    expect(readCount(spec, readArguments(spec, ["--project", "x"]), "samples")).toBeUndefined();
    for (const text of ["0", "1.5", "many", "9999999999"]) {
      const args = readArguments(spec, ["--project", "x", `--samples=${text}`]);
      expect(() => readCount(spec, args, "samples")).toThrow(
        `takes a whole number from 1 for --samples, not "${text}"`,
      );
    }
  });
});

describe("nearestOf", () => {
  it("names what was meant, and nothing for what is far from everything", () => {
    expect(nearestOf("exprot", ["import", "export"])).toBe("export");
    expect(nearestOf("fly", ["import", "export"])).toBeUndefined();
  });
});

describe("formatHelp", () => {
  it("shows every option, and which must be there", () => {
    expect(formatHelp(spec)).toMatch(/--project NAME +the project \(required\)/);
    expect(formatHelp(spec)).toMatch(/--json +print one JSON object/);
  });
});

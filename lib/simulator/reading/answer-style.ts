import type { AnswerStyle } from "../task.ts";

/**
 * How the instructions want the answer written. An example inside `<answer>` decides; then words about it; then
 * an example anywhere outside the list of choices. "(A)" where nothing is said.
 */
export function findAnswerStyle(text: string): AnswerStyle {
  return styleOfExample(text) ?? styleInWords(text) ?? "(A)";
}

/** Writes a choice in a style. */
export function dressAnswer(choice: { letter: string; text: string }, style: AnswerStyle): string {
  switch (style) {
    case "(A)":
      return `(${choice.letter})`;
    case "A.":
      return `${choice.letter}.`;
    case "A":
      return choice.letter;
    case "text":
      return choice.text;
  }
}

function styleOfExample(text: string): AnswerStyle | undefined {
  for (const match of text.matchAll(/<answer>\s*([^<\n]{1,80}?)\s*<\/answer>/g)) {
    const example = match[1] ?? "";
    if (/^\([A-HX]\)$/.test(example)) return "(A)";
    if (/^[A-HX]\.$/.test(example)) return "A.";
    if (/^[A-HX]$/.test(example)) return "A";
    if (/\btext\b|\bwording\b/i.test(example) && !/\bletter\b/i.test(example)) return "text";
  }
  return undefined;
}

function styleInWords(text: string): AnswerStyle | undefined {
  const instructions = text
    .split("\n")
    .filter((line) => !/^\s*[([]?[A-H][).\]:]\s/.test(line))
    .join("\n");
  const found: [AnswerStyle, number][] = [
    [
      "text",
      instructions.search(
        /\b(?:full|exact|complete|whole|entire|own)\b[^.\n]{0,30}\b(?:text|wording|words)\b/i,
      ),
    ],
    [
      "text",
      instructions.search(/\b(?:text|wording|words) of (?:the|your|its)\b[^.\n]{0,20}\b(?:choice|option)/i),
    ],
    ["text", instructions.search(/\bword for word\b|\bverbatim\b|\bnot (?:its|the|a) letter\b/i)],
    ["(A)", instructions.search(/\([A-HX]\)|\bin (?:round )?(?:parentheses|brackets)\b/)],
    [
      "A.",
      instructions.search(
        /(?<![\w(])[A-HX]\.(?=["'”’`,;\s]|$)|\bletter\b[^.\n]{0,40}\b(?:full stop|period|dot)\b/,
      ),
    ],
    ["A", instructions.search(/\b(?:bare|single|only the|just the) letter\b/i)],
  ];
  const present = found.filter(([, position]) => position >= 0);
  present.sort((one, other) => one[1] - other[1]);
  return present[0]?.[0];
}

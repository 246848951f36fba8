import { choiceLetter } from "#lib/checks/letters.ts";

/** A list of choices read from text, or why it could not be read. */
export type ChoiceList = { choices: string[] } | { problem: "no-labels" | "too-few" | "ambiguous" };

/** Three choices that parse are kept: what was asked for is four, but the key decides over validity. */
const FEWEST_CHOICES = 2;
const MOST_READINGS = 5000;

/**
 * Splits "(A) Red (B) Blue …" into its choices. Labels count only in the order A, B, C, … and in the one dress that
 * the list begins with, so that "(B) Vitamin (C) rich (C) Plain" keeps "Vitamin (C) rich" whole. Where several
 * readings remain, the one that `isKey` recognises wins, then the one whose choices all begin in the same case, then
 * four choices; a tie is a problem, not a guess.
 */
export function splitChoices(text: string, isKey: (choices: readonly string[]) => boolean): ChoiceList {
  const list = text.trim();
  const dress = LABEL_DRESSES.find((candidate) => candidate("A").exec(list)?.index === 0);
  if (!dress) return { problem: "no-labels" };

  const byLine = readingsOf(list, dress, true);
  const readings = byLine.length > 0 ? byLine : readingsOf(list, dress, false);
  const complete = readings.filter((choices) => choices.length >= FEWEST_CHOICES);
  if (complete.length === 0) return { problem: "too-few" };

  const ranked = complete
    .map((choices) => ({ choices, rank: rankReading(choices, isKey) }))
    .sort((left, right) => right.rank - left.rank);
  const [best, second] = ranked;
  if (!best || (second && second.rank === best.rank)) return { problem: "ambiguous" };
  return { choices: best.choices };
}

/** A choice without its own label, where every choice of the list carries the label of its place. */
export function stripLabels(choices: readonly string[]): string[] {
  for (const dress of LABEL_DRESSES) {
    const stripped = choices.map((choice, index) => {
      if (index > 25) return null;
      const match = dress(choiceLetter(index)).exec(choice.trim());
      return match?.index === 0 ? choice.trim().slice(match[0].length).trim() : null;
    });
    if (stripped.every((choice) => choice !== null && choice !== "")) return stripped as string[];
  }
  return choices.map((choice) => choice.trim());
}

type LabelDress = (letter: string) => RegExp;

/** "(A)", "A)", "A." and "A:", each only where no word runs into it. */
const LABEL_DRESSES: readonly LabelDress[] = [
  (letter) => new RegExp(`\\(\\s*${letter}\\s*\\)\\s*`, "giu"),
  (letter) => new RegExp(`(?<![\\w(])${letter}\\)\\s*`, "gu"),
  (letter) => new RegExp(`(?<!\\w)${letter}\\.(?=\\s)\\s*`, "gu"),
  (letter) => new RegExp(`(?<!\\w)${letter}:(?=\\s)\\s*`, "gu"),
];

/** Every way to cut the list at labels A, B, C, … in order, each choice with some text. */
function readingsOf(list: string, dress: LabelDress, isAtLineStart: boolean): string[][] {
  const labels: { start: number; end: number }[][] = [];
  for (let index = 0; index < 26; index += 1) {
    const found = [...list.matchAll(dress(choiceLetter(index)))]
      .map((match) => ({ start: match.index, end: match.index + match[0].length }))
      .filter(({ start }) =>
        isAtLineStart ? /(?:^|\n)[ \t]*$/u.test(list.slice(0, start)) : start === 0 || index > 0,
      );
    if (found.length === 0) break;
    labels.push(found);
  }
  if (isAtLineStart && labels.length < FEWEST_CHOICES) return [];

  const readings: string[][] = [];
  const walk = (index: number, from: number, choices: string[]) => {
    if (readings.length >= MOST_READINGS) return;
    const last = list.slice(from).trim();
    if (last !== "") readings.push([...choices, last]);
    for (const label of labels[index] ?? []) {
      if (label.start < from) continue;
      const choice = list.slice(from, label.start).trim();
      if (choice !== "") walk(index + 1, label.end, [...choices, choice]);
    }
  };
  const first = labels[0]?.[0];
  if (first?.start === 0) walk(1, first.end, []);
  // A reading that leaves a later label inside its last choice is only of use where no longer one exists.
  const longest = Math.max(0, ...readings.map((choices) => choices.length));
  return readings.filter((choices) => choices.length >= Math.min(longest, 4));
}

function rankReading(choices: readonly string[], isKey: (choices: readonly string[]) => boolean): number {
  const opensUpper = choices.map((choice) => /^[\p{Lu}\p{N}"'“‘]/u.test(choice));
  const isEven = opensUpper.every((value) => value === opensUpper[0]);
  return (isKey(choices) ? 4 : 0) + (isEven ? 2 : 0) + (choices.length === 4 ? 1 : 0);
}

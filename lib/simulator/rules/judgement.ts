import type { AskedChoice, AskedQuestion } from "../task.ts";

/**
 * The choice that a piece of reasoning comes to: the last one that it names, by label or by text. A denial
 * ("not red", "rules out red") does not name it.
 */
export function findConclusion(text: string, choices: readonly AskedChoice[]): AskedChoice | undefined {
  let best: { at: number; length: number; choice: AskedChoice } | undefined;
  const lower = text.toLowerCase();
  for (const choice of choices) {
    const at = Math.max(lastLabel(text, choice.letter), lastText(lower, choice.text));
    const length = choice.text.length;
    if (at >= 0 && (!best || at > best.at || (at === best.at && length > best.length)))
      best = { at, length, choice };
  }
  return best?.choice;
}

/** The choice that an answer names: a letter in any dress, or the choice's text. */
export function findAnswered(answer: string, asked: AskedQuestion): AskedChoice | undefined {
  const bare = answer.trim().replace(/[.]$/, "");
  const byText = asked.choices.find((choice) => plain(choice.text) === plain(bare));
  if (byText) return byText;
  const letter = /^[([]?([A-H])[)\].:]?(?:\s|$)/.exec(bare)?.[1];
  return asked.choices.find((choice) => choice.letter === letter);
}

/** Lower case, single blanks, no full stop: what two spellings of one choice have in common. */
export function plain(text: string): string {
  return text.toLowerCase().replace(/\s+/g, " ").trim().replace(/\.$/, "");
}

function lastLabel(text: string, letter: string): number {
  return letter === "" ? -1 : text.lastIndexOf(`(${letter})`);
}

function lastText(lower: string, text: string): number {
  const wanted = plain(text);
  if (wanted === "") return -1;
  for (let at = lower.lastIndexOf(wanted); at >= 0; at = at > 0 ? lower.lastIndexOf(wanted, at - 1) : -1) {
    const before = lower.charAt(at - 1);
    const after = lower.charAt(at + wanted.length);
    const isWhole = !/[a-z0-9-]/.test(before) && !/[a-z0-9-]/.test(after);
    const isDenied =
      /\b(?:not|no|nor|neither|than|rules? out|instead of|have been)\s["“]?(?:an? |the )?$/.test(
        lower.slice(Math.max(0, at - 16), at),
      );
    if (isWhole && !isDenied) return at;
  }
  return -1;
}

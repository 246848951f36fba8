import type { Random } from "#lib/random.ts";
import { readOpening } from "../reading/open-thought.ts";

/** An answer to something that is no part of the three stages, such as the test of a connection. */
export function talk(said: string): string {
  const wanted = /\b(?:reply|respond|answer|say)\b[^.\n"'“]{0,40}["'“]([^"'”\n]{1,40})["'”]/i.exec(said)?.[1];
  if (wanted) return wanted;
  const word =
    /\b(?:reply|respond|answer) (?:only |just )?with (?:only |just )?(?:the )?(?:single )?(?:word )?(\w+)/i.exec(
      said,
    )?.[1];
  if (word && !/^(?:a|an|one|the|your|yes)$/i.test(word)) return word;
  return "This is a simulated model. It answers by rule, and it has understood no question in this.";
}

/** Goes on from a text about which nothing is known, without beginning again. */
export function continueText(text: string, random: Random): string {
  const lead = /\s$/.test(text) ? "" : " ";
  const words = random.pick([
    "and from here it goes on without a break to its end.",
    "and so the next words follow straight after these.",
    "and what comes next takes it up at exactly this point.",
  ]);
  const opening = readOpening(text);
  const isThinking = opening.kind === "thinking" || opening.kind === "opened";
  return `${lead}${words}${isThinking ? "\n</think>\n\nThat is all." : ""}`;
}

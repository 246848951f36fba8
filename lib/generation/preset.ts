import { createRandom } from "#lib/random.ts";

/** The published cues, as published. */
export const CUES = ["Wait,", "Hmm,", "Alternatively,", "Let's double-check the details."] as const;

/** The parts of a stage 3 preset and what was made of it, kept apart so that none is ever mistaken for another. */
export type Preset = {
  /** `<think>` and the words before the simple thought; they help the model and are not kept. */
  opening: string;
  /** The simple thought exactly as stage 2 gave it. */
  simpleThought: string;
  /** A full stop where the thought lacks one, then a blank or a newline. */
  joiner: string;
  cue: string;
  /** All of it, as the assistant's turn begins. No blank follows the cue. */
  text: string;
};

/** What is kept of a long thought. */
export type LongThoughtParts = { simpleThought: string; joiner: string; cue: string; continuation: string };

/** A long thought as one text, with the places where the second look begins. Offsets are UTF-16 code units. */
export type LongThought = { text: string; cueStart: number; cueEnd: number };

/**
 * The beginning of the assistant's turn in stage 3: `<think>`, the opening, the simple thought, the joiner and the
 * cue. The simple thought is never altered.
 *
 * @param opening our own words before the simple thought, without the tag; may be empty.
 * @param joinerSeed draws blank or newline.
 */
export function buildPreset(input: {
  opening: string;
  simpleThought: string;
  cue: string;
  joinerSeed: string;
}): Preset {
  const { simpleThought, cue } = input;
  const words = input.opening.trim();
  const opening = words === "" ? "<think>\n" : `<think>\n${words}\n\n`;
  const joiner = drawJoiner(simpleThought, input.joinerSeed);
  return { opening, simpleThought, joiner, cue, text: `${opening}${simpleThought}${joiner}${cue}` };
}

/** The joiner for a thought: a full stop if it ends in no closing mark, then a blank or a newline by the seed. */
export function drawJoiner(simpleThought: string, seed: string): string {
  const gap = createRandom(seed).pick([" ", "\n"] as const);
  return isClosed(simpleThought) ? gap : `.${gap}`;
}

/** One of the cues, each equally likely. */
export function drawCue(seed: string, cues: readonly string[] = CUES): string {
  return createRandom(seed).pick(cues);
}

/**
 * The long thought as it is shown, checked and exported. Models that continue a turn begin with a blank of their
 * own; where a server trimmed it, one blank is put between the cue and a word, so that they don't run together.
 */
export function assembleLongThought(parts: LongThoughtParts): LongThought {
  const before = `${parts.simpleThought}${parts.joiner}`;
  const gap = /^[\p{L}\p{N}"'“‘([*]/u.test(parts.continuation) ? " " : "";
  return {
    text: `${before}${parts.cue}${gap}${parts.continuation}`,
    cueStart: before.length,
    cueEnd: before.length + parts.cue.length,
  };
}

function isClosed(text: string): boolean {
  return /[.!?…。！？]["'”’)\]*_]*\s*$/u.test(text);
}

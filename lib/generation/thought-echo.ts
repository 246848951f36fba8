import type { Echo } from "#lib/generation/thought.ts";

/** What a continuation is looked through for: the preset as it was sent, and its parts. */
export type SentPreset = { text: string; simpleThought: string; joiner: string; cue: string };

/** A continuation without what it repeated of the preset; `taken` is that, as it stood. */
export type WithoutEcho = { echo: Echo; rest: string; taken: string };

/**
 * Takes off what a continuation says again of the preset before it goes on: all of it (Mistral's and older llama.cpp
 * servers send the prefix along), its end, or the cue alone. What only begins like the preset is left alone.
 */
export function takeOffEcho(continuation: string, preset: SentPreset, isEmulated: boolean): WithoutEcho {
  const tail = `${preset.joiner}${preset.cue}`;
  const presetThought = preset.text.replace(/^\s*<think\s*>/iu, "").trimStart();
  const candidates: [Echo, string][] = [
    ["preset", presetThought],
    ["thought", `${preset.simpleThought}${tail}`],
  ];
  const start = continuation.trimStart();
  const after = (echo: Echo, text: string, length: number) => ({
    echo,
    rest: text.slice(length),
    taken: text.slice(0, length),
  });
  for (const [echo, text] of candidates) {
    if (text !== "" && start.startsWith(text)) return after(echo, start, text.length);
  }
  const overlap = endOfRepeatedEnd(start, presetThought, preset.cue);
  if (overlap > 0) return after("end", start, overlap);
  // Only directly at the start: " Wait, …" after a blank is the model going on, "Wait, …" is the cue once more.
  // A model that was only asked to go on begins a turn of its own, so there the blank says nothing.
  const cued = isEmulated ? start : continuation;
  if (cued.startsWith(preset.cue)) return after("cue", cued, preset.cue.length);
  return { echo: "none", rest: continuation, taken: "" };
}

/**
 * Where in `text` the last words of the preset end, if it begins with them: at least one word before the cue, and the
 * cue. Runs of blanks count as equal, because a model that copies sets them as it likes.
 */
function endOfRepeatedEnd(text: string, presetThought: string, cue: string): number {
  // Most continuations begin with no word of the preset, or never say its last, and need not be cut into words.
  const first = /^\S+/u.exec(text)?.[0];
  if (first === undefined || !presetThought.includes(first)) return 0;
  const words = presetThought.split(/\s+/u).filter((word) => word !== "");
  const last = words.at(-1) ?? "";
  if (!text.includes(last)) return 0;
  const given = readWords(text);
  const cueWords = cue.split(/\s+/u).length;
  for (let from = 0; from < words.length - cueWords; from += 1) {
    if (words[from] !== first) continue;
    const end = words.length - 1 - from;
    let index = 1;
    while (index < end && given(index)?.[0] === words[from + index]) index += 1;
    // A copy may run on into the next word without a blank: "Wait,it".
    const word = index === end ? given(end) : undefined;
    if (word?.[0].startsWith(last)) return word.index + last.length;
  }
  return 0;
}

/** The words of a text by their places, read as far as they are asked for. */
function readWords(text: string): (place: number) => RegExpExecArray | undefined {
  const words: RegExpExecArray[] = [];
  const rest = text.matchAll(/\S+/gu);
  return (place) => {
    while (words.length <= place) {
      const { value, done } = rest.next();
      if (done) return undefined;
      words.push(value);
    }
    return words[place];
  };
}

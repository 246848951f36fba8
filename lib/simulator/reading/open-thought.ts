/** What the assistant has been made to write so far, and how it stands. */
export type Opening =
  | { kind: "none" }
  /** `<think>` stands there, or is about to: nothing thought yet. */
  | { kind: "opened" }
  | { kind: "thinking"; thought: string }
  | { kind: "closed"; thought: string }
  | { kind: "text"; text: string };

/** How far the assistant's own words have come. */
export function readOpening(written: string): Opening {
  if (written.trim() === "") return { kind: "none" };
  const start = written.lastIndexOf("<think>");
  if (start < 0) {
    // A template may have opened the block itself, so that only its end is to be seen.
    const end = written.indexOf("</think>");
    return end < 0 ? { kind: "text", text: written } : { kind: "closed", thought: written.slice(0, end) };
  }
  const inside = written.slice(start + "<think>".length);
  const end = inside.indexOf("</think>");
  if (end >= 0) return { kind: "closed", thought: inside.slice(0, end) };
  return inside.trim() === "" ? { kind: "opened" } : { kind: "thinking", thought: inside };
}

/** A raw prompt, cut into what the assistant is told and what it has been made to write. */
export function splitPrompt(prompt: string): { told: string; written: string } {
  let cut = -1;
  for (const marker of assistantMarkers) {
    const at = prompt.lastIndexOf(marker);
    if (at >= 0) cut = Math.max(cut, at + marker.length);
  }
  if (cut >= 0) return { told: prompt.slice(0, cut), written: prompt.slice(cut) };
  // Without a template: an open block at the end is the assistant's. Instructions may speak of the tags before.
  const open = prompt.lastIndexOf("<think>");
  if (open >= 0 && !prompt.includes("</think>", open)) {
    return { told: prompt.slice(0, open), written: prompt.slice(open) };
  }
  return { told: prompt, written: "" };
}

const assistantMarkers = [
  "<|im_start|>assistant",
  "<｜Assistant｜>",
  "<|Assistant|>",
  "<|assistant|>",
  "<|start_header_id|>assistant<|end_header_id|>",
  "[/INST]",
  "<start_of_turn>model",
  "\n### Response:",
  "\nAssistant:",
];

/** The turning points that the method presets. */
export const cues = ["Wait,", "Hmm,", "Alternatively,", "Let's double-check the details."];

/** Cuts a preset thought at its last cue, where it ends in one. */
export function splitAtCue(thought: string): { before: string; cue: string | undefined } {
  const trimmed = thought.trimEnd();
  for (const cue of cues) {
    if (trimmed.endsWith(cue)) return { before: trimmed.slice(0, -cue.length).trimEnd(), cue };
  }
  return { before: trimmed, cue: undefined };
}

/**
 * An unfinished thought that stands in the instructions, for endpoints that cannot go on with a turn: a block
 * that ends in a cue or never closes its `<think>`, in a request that asks to go on.
 */
export function findQuotedThought(told: string): string | undefined {
  if (!/\b(?:continu\w*|carry on|go on|pick up|resume|goes on)\b/i.test(told)) return undefined;
  const tagged =
    /<((?:\w+[_-])*(?:thought|thinking|reasoning|draft)(?:[_-]\w+)*)>\s*([\s\S]{20,}?)\s*<\/\1>/i.exec(
      told,
    )?.[2];
  if (tagged) return tagged.replace(/^<think>\s*/, "");
  for (const cue of cues) {
    for (let at = told.lastIndexOf(cue); at >= 0; at = at > 0 ? told.lastIndexOf(cue, at - 1) : -1) {
      const after = told.slice(at + cue.length);
      if (!/^\s*(?:$|<|```|"""|'''|~~~|\]|\n\s*\n|\n-{3})/.test(after)) continue;
      const thought = blockBefore(told.slice(0, at + cue.length));
      if (thought.length > cue.length + 20) return thought;
    }
  }
  return undefined;
}

/** The text from the block's beginning: an opening tag, a fence, or a heading line. */
function blockBefore(text: string): string {
  const start = Math.max(
    ...["```", '"""', "'''", "~~~"].map((fence) => endOf(text.lastIndexOf(`${fence}\n`), fence.length + 1)),
    ...[...text.matchAll(/<[a-z][\w-]*>/gi)].map((match) => match.index + match[0].length),
    ...[...text.matchAll(/(?:^|\n)[^\n]{0,100}:[ \t]*\n/g)].map((match) => match.index + match[0].length),
    0,
  );
  return text.slice(start).trim();
}

function endOf(index: number, length: number): number {
  return index < 0 ? 0 : index + length;
}

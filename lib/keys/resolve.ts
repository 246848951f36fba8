import { chordsOf, type KeyPress } from "#lib/keys/chord.ts";
import { DEFAULT_KEYMAP, type Keymap, needsMod } from "#lib/keys/keymap.ts";
import { COMMAND_NAMES, type CommandName, specOf } from "#lib/keys/registry.ts";

/** What a key means where it was pressed. */
export type KeyCommand =
  | { name: CommandName }
  | { name: "cancel" | "commit" }
  /** Digits choose: reasons while rejecting, choices while the question is answered from the image alone. */
  | { name: "reason" | "choice"; digit: number };

/**
 * What is going on in the review screen. `answering`: the question is to be answered from the image alone first.
 * `noting`: a panel with a text is open in place of the verdicts (a flag, a sending back, a rejected question).
 */
export type KeyMode = "reading" | "answering" | "rejecting" | "editing" | "confirming" | "noting";

export interface KeyContext {
  /** The focus is in a field that takes text. */
  isTyping: boolean;
  /** A menu or a dialog is open. */
  isCovered: boolean;
  /** The trace, picture included, is on the screen: nothing unseen is ever judged. */
  isShown: boolean;
  mode: KeyMode;
}

/**
 * The command for a key press, or null where the key rests: while typing (except Escape, and what goes with ⌘ or Ctrl),
 * under dialogs and menus, with other modifiers, when held down, and for judging until the trace is on the screen.
 */
export function commandFor(
  press: KeyPress,
  context: KeyContext,
  keymap: Keymap = DEFAULT_KEYMAP,
): KeyCommand | null {
  const { mode, isTyping } = context;
  if (context.isCovered) return null;
  const isPlain = !press.ctrlKey && !press.metaKey && !press.altKey && !press.isAltGraph;
  if (press.key === "Escape")
    return isPlain && !press.repeat && mode !== "reading" ? { name: "cancel" } : null;
  if (press.key === "Enter" && isPlain)
    return takesEnter(mode) && !isTyping && !press.repeat ? { name: "commit" } : null;
  const chords = chordsOf(press);
  if (!isTyping && !press.repeat && (mode === "rejecting" || mode === "answering")) {
    const digit = chords.find((chord) => /^\d$/.test(chord));
    if (digit !== undefined) return digitCommand(mode, Number(digit));
  }
  for (const chord of chords) {
    const name = COMMAND_NAMES.find((one) => keymap[one] === chord);
    if (name) return worksIn(name, press, context);
  }
  return null;
}

/**
 * The choice that a letter names while a question is answered from the image alone; null where the letter is the key of
 * a command that works there. An answer stays, so a key that means something else must not give one.
 */
export function choiceByLetter(
  press: KeyPress,
  choiceCount: number,
  keymap: Keymap = DEFAULT_KEYMAP,
): number | null {
  const chords = chordsOf(press);
  const isCommand = COMMAND_NAMES.some(
    (name) =>
      keymap[name] !== null &&
      chords.includes(keymap[name]) &&
      canRun(name, { mode: "answering", isShown: true }),
  );
  const letter = chords.find((chord) => /^[A-Z]$/.test(chord));
  if (press.repeat || isCommand || letter === undefined) return null;
  const index = letter.charCodeAt(0) - "A".charCodeAt(0);
  return index < choiceCount ? index : null;
}

function digitCommand(mode: "rejecting" | "answering", digit: number): KeyCommand | null {
  if (mode === "answering") return { name: "choice", digit };
  return digit === 0 ? null : { name: "reason", digit };
}

function takesEnter(mode: KeyMode): boolean {
  return mode === "rejecting" || mode === "answering";
}

function worksIn(name: CommandName, press: KeyPress, context: KeyContext): KeyCommand | null {
  const spec = specOf(name);
  if (press.repeat && !spec.repeats) return null;
  if (context.isTyping && !needsMod(name)) return null;
  if (!canRun(name, context)) return null;
  return name === "save-and-approve" && context.mode !== "editing" ? { name: "commit" } : { name };
}

/** Whether a command has a meaning as things stand: for the palette, which no key guards. */
export function canRun(name: CommandName, { mode, isShown }: Pick<KeyContext, "mode" | "isShown">): boolean {
  const spec = specOf(name);
  if (spec.needsTrace && !isShown) return false;
  if (name === "save-and-approve") return mode === "editing" || mode === "noting" || mode === "rejecting";
  switch (mode) {
    case "reading":
      return true;
    case "answering":
      return spec.everywhere === true || name === "skip" || name === "undo" || name === "guidelines";
    case "confirming":
      return name === "approve" || spec.readsOnly === true;
    case "rejecting":
    case "noting":
      return spec.readsOnly === true;
    case "editing":
      return spec.everywhere === true;
  }
}

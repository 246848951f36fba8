import { chordsOf, type KeyPress } from "#lib/keys/chord.ts";
import type { Keymap } from "#lib/keys/keymap.ts";

/** Whether a press is the key that begins a box, as the person has it: B unless they chose another. */
export function beginsBox(press: KeyPress, keymap: Keymap): boolean {
  return keymap.box !== null && chordsOf(press).includes(keymap.box);
}

/** Whether a sign that zooms was given to a command: then it is that command's everywhere, also over the picture. */
export function isGivenAway(key: string, keymap: Keymap): boolean {
  return Object.values(keymap).includes(key);
}

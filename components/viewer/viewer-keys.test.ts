import { describe, expect, it } from "vitest";
import { beginsBox, isGivenAway } from "#components/viewer/viewer-keys.ts";
import type { KeyPress } from "#lib/keys/chord.ts";
import { DEFAULT_KEYMAP, keymapOf } from "#lib/keys/keymap.ts";

const press = (key: string): KeyPress => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  isAltGraph: false,
  repeat: false,
});

describe("the keys over the picture", () => {
  it("begin a box by B, or by the key that was chosen for it, and by no other", () => {
    expect(beginsBox(press("b"), DEFAULT_KEYMAP)).toBe(true);
    expect(beginsBox(press("a"), DEFAULT_KEYMAP)).toBe(false);
    const swapped = keymapOf({ approve: "B", box: "O" });
    expect(beginsBox(press("b"), swapped)).toBe(false);
    expect(beginsBox(press("o"), swapped)).toBe(true);
    expect(beginsBox(press("b"), keymapOf({ box: null }))).toBe(false);
  });

  it("zoom by signs unless these were given to a command", () => {
    expect(["+", "-", "="].some((key) => isGivenAway(key, DEFAULT_KEYMAP))).toBe(false);
    expect(isGivenAway("-", keymapOf({ "step-previous": "-" }))).toBe(true);
  });
});

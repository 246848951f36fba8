import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ariaChord, chordsOf, type KeyPress, problemOfChord, showChord } from "#lib/keys/chord.ts";
import {
  conflictOf,
  DEFAULT_KEYMAP,
  isChanged,
  type KeyChoices,
  keymapOf,
  needsMod,
  rebind,
  resetOne,
} from "#lib/keys/keymap.ts";
import { COMMAND_NAMES, COMMANDS } from "#lib/keys/registry.ts";
import { choiceByLetter, commandFor, type KeyContext } from "#lib/keys/resolve.ts";
import { keyChoicesSchema, readKeyChoices } from "#lib/keys/schema.ts";

const press = (key: string, more: Partial<KeyPress> = {}): KeyPress => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  isAltGraph: false,
  repeat: false,
  ...more,
});
const reading: KeyContext = { isTyping: false, isCovered: false, isShown: true, mode: "reading" };

describe("the table of commands", () => {
  it("gives no key twice, and only keys that may be chosen", () => {
    const keys = COMMAND_NAMES.map((name) => COMMANDS[name].key);
    expect(new Set(keys).size).toBe(keys.length);
    for (const name of COMMAND_NAMES)
      expect(problemOfChord(COMMANDS[name].key, needsMod(name)), name).toBeNull();
  });

  it("has the keys that reviewers were promised", () => {
    const promised: Record<string, string> = {
      A: "approve",
      R: "reject",
      E: "edit",
      F: "flag",
      S: "skip",
      Z: "undo",
      J: "step-next",
      K: "step-previous",
      1: "rate-good",
      2: "rate-doubtful",
      3: "rate-wrong",
      N: "next-unrated",
      B: "box",
      D: "diff",
      G: "guidelines",
      C: "comment",
      "[": "stage-previous",
      "]": "stage-next",
      "/": "search",
      "?": "help",
    };
    for (const [key, name] of Object.entries(promised))
      expect(commandFor(press(key.toLowerCase()), reading)).toEqual({ name });
    expect(commandFor(press("k", { metaKey: true }), reading)).toEqual({ name: "palette" });
  });
});

describe("commandFor", () => {
  it("reads letters in either case, and Shift with a letter as another key", () => {
    expect(commandFor(press("A"), reading)).toEqual({ name: "approve" });
    expect(commandFor(press("A", { shiftKey: true }), reading)).toBeNull();
    expect(commandFor(press("P", { shiftKey: true }), reading)).toEqual({ name: "prefer-other" });
    expect(commandFor(press(";"), reading)).toBeNull();
  });

  it("judges and marks nothing before the trace is on the screen, but can undo, step and look", () => {
    const unseen = { ...reading, isShown: false };
    for (const name of COMMAND_NAMES) {
      if (needsMod(name)) continue;
      const key = COMMANDS[name].key;
      const command = commandFor(
        press(key.replace("Shift+", "").toLowerCase(), { shiftKey: key.startsWith("Shift+") }),
        unseen,
      );
      expect(command, name).toEqual("needsTrace" in COMMANDS[name] ? null : { name });
    }
  });

  it("rests while typing and under dialogs, but for what goes with Ctrl or Command", () => {
    const typing = { ...reading, isTyping: true };
    for (const key of ["a", "1", "/", "?", "["]) expect(commandFor(press(key), typing)).toBeNull();
    expect(commandFor(press("k", { ctrlKey: true }), typing)).toEqual({ name: "palette" });
    for (const more of [{}, { ctrlKey: true }])
      for (const key of ["a", "k", "Enter", "Escape"])
        expect(commandFor(press(key, more), { ...reading, mode: "editing", isCovered: true })).toBeNull();
  });

  it("takes no letter with a modifier, and AltGr for none", () => {
    for (const more of [{ ctrlKey: true }, { metaKey: true }, { altKey: true }, { isAltGraph: true }])
      expect(commandFor(press("a", more), reading)).toBeNull();
    // German keyboards write [ with AltGr and 8, which some systems report as Ctrl and Alt.
    const bracket = press("[", { isAltGraph: true, ctrlKey: true, altKey: true, code: "Digit8" });
    expect(commandFor(bracket, reading)).toEqual({ name: "stage-previous" });
    expect(commandFor(press("[", { altKey: true, isMac: true, code: "Digit5" }), reading)).toEqual({
      name: "stage-previous",
    });
    expect(commandFor(press("[", { altKey: true }), reading)).toBeNull();
    expect(commandFor(press("k", { isAltGraph: true, ctrlKey: true, altKey: true }), reading)).toBeNull();
  });

  it("does nothing anew while a key is held down, but goes on stepping", () => {
    for (const key of ["a", "r", "z", "1", "n"])
      expect(commandFor(press(key, { repeat: true }), reading)).toBeNull();
    expect(commandFor(press("j", { repeat: true }), reading)).toEqual({ name: "step-next" });
    const rejecting: KeyContext = { ...reading, mode: "rejecting" };
    expect(commandFor(press("Enter", { repeat: true }), rejecting)).toBeNull();
    expect(commandFor(press("3", { repeat: true }), rejecting)).toBeNull();
  });

  it("reads digits as reasons while rejecting, and Enter as the commit; nothing else is judged then", () => {
    const rejecting: KeyContext = { ...reading, mode: "rejecting" };
    expect(commandFor(press("3"), rejecting)).toEqual({ name: "reason", digit: 3 });
    expect(commandFor(press("0"), rejecting)).toBeNull();
    expect(commandFor(press("Enter"), rejecting)).toEqual({ name: "commit" });
    expect(commandFor(press("Enter"), { ...rejecting, isTyping: true })).toBeNull();
    expect(commandFor(press("Enter", { ctrlKey: true }), { ...rejecting, isTyping: true })).toEqual({
      name: "commit",
    });
    expect(commandFor(press("a"), rejecting)).toBeNull();
    expect(commandFor(press("j"), rejecting)).toEqual({ name: "step-next" });
    expect(commandFor(press("Enter"), reading)).toBeNull();
  });

  it("reads digits as choices while a question is answered from the image alone", () => {
    const answering: KeyContext = { ...reading, mode: "answering" };
    expect(commandFor(press("2"), answering)).toEqual({ name: "choice", digit: 2 });
    expect(commandFor(press("0"), answering)).toEqual({ name: "choice", digit: 0 });
    expect(commandFor(press("a"), answering)).toBeNull();
    expect(commandFor(press("s"), answering)).toEqual({ name: "skip" });
    expect(commandFor(press("s"), { ...answering, isShown: false })).toBeNull();
  });

  it("saves and approves with Ctrl or Command and Enter, also while typing", () => {
    const typing: KeyContext = { ...reading, mode: "editing", isTyping: true };
    expect(commandFor(press("Enter", { ctrlKey: true }), typing)).toEqual({ name: "save-and-approve" });
    expect(commandFor(press("Enter", { metaKey: true }), typing)).toEqual({ name: "save-and-approve" });
    expect(commandFor(press("Enter", { ctrlKey: true }), { ...typing, mode: "noting" })).toEqual({
      name: "commit",
    });
    expect(commandFor(press("Enter", { ctrlKey: true }), reading)).toBeNull();
    expect(commandFor(press("a"), { ...typing, isTyping: false })).toBeNull();
  });

  it("leaves Backspace, Tab, Space and arrows alone, and cancels with Escape", () => {
    for (const key of ["Backspace", "Delete", "Tab", " ", "ArrowDown", "Shift", "Dead", "Process", "F5"])
      expect(commandFor(press(key), reading)).toBeNull();
    expect(commandFor(press("Escape"), { ...reading, mode: "editing", isTyping: true })).toEqual({
      name: "cancel",
    });
    expect(commandFor(press("Escape"), reading)).toBeNull();
  });

  it("confirms with the key that approves, and with nothing else that judges", () => {
    const confirming: KeyContext = { ...reading, mode: "confirming" };
    expect(commandFor(press("a"), confirming)).toEqual({ name: "approve" });
    expect(commandFor(press("r"), confirming)).toBeNull();
  });
});

describe("other keyboards", () => {
  it.each([
    ["Russian", "ф", "KeyA", "approve"],
    ["Greek", "ρ", "KeyR", "reject"],
    ["Hebrew", "ש", "KeyA", "approve"],
    ["Russian", "х", "BracketLeft", "stage-previous"],
    ["Dvorak", "o", "KeyS", "siblings"],
    ["French, by what is printed", "a", "KeyQ", "approve"],
    ["French digits without Shift", "&", "Digit1", "rate-good"],
    ["French digits without Shift", "é", "Digit2", "rate-doubtful"],
    ["German", "z", "KeyY", "undo"],
    ["German, where ü is at the place of [", "ü", "BracketLeft", "stage-previous"],
    ["Turkish", "ı", "KeyI", "description"],
  ])("%s: %s", (_keyboard, key, code, name) => {
    expect(commandFor(press(key, { code }), reading)).toEqual({ name });
  });

  it("reads what is typed before where the key is", () => {
    expect(commandFor(press("?", { code: "Minus", shiftKey: true }), reading)).toEqual({ name: "help" });
    expect(commandFor(press("/", { code: "Digit7", shiftKey: true }), reading)).toEqual({ name: "search" });
    expect(commandFor(press("-", { code: "Slash" }), reading)).toBeNull();
    expect(commandFor(press("1", { code: "Digit1", shiftKey: true }), reading)).toEqual({
      name: "rate-good",
    });
    expect(commandFor(press("л", { code: "KeyK", ctrlKey: true }), reading)).toEqual({ name: "palette" });
  });
});

describe("chords", () => {
  it("are shown as the keyboard has them", () => {
    expect(showChord("Mod+K", true)).toEqual(["⌘", "K"]);
    expect(showChord("Mod+Enter", false)).toEqual(["Ctrl", "↵"]);
    expect(showChord("Shift+P", false)).toEqual(["Shift", "P"]);
    expect(showChord("+", false)).toEqual(["+"]);
    expect(showChord("[", false)).toEqual(["["]);
    expect(ariaChord("Mod+K", false)).toBe("Control+K");
  });

  it("that write nothing, or belong to the browser, cannot be chosen", () => {
    for (const chord of ["Mod+C", "Mod+B", "Backspace", "Enter", "Tab", " ", "F1", "é", ""])
      expect(problemOfChord(chord, false), chord).not.toBeNull();
    for (const chord of ["B", "Shift+B", "Mod+V", "Mod+Shift+K", "7"])
      expect(problemOfChord(chord, true), chord).not.toBeNull();
    expect(problemOfChord("Mod+J", true)).toBeNull();
    expect(problemOfChord("Shift+B", false)).toBeNull();
    expect(problemOfChord(";", false)).toBeNull();
    expect(chordsOf(press("Enter"))).toEqual([]);
  });
});

describe("chosen keys", () => {
  it("take the place of the defaults", () => {
    const keymap = keymapOf({ approve: "Y", "reject-key": null });
    expect(commandFor(press("y"), reading, keymap)).toEqual({ name: "approve" });
    expect(commandFor(press("a"), reading, keymap)).toBeNull();
    expect(isChanged(keymap, "approve")).toBe(true);
    expect(isChanged(keymap, "reject")).toBe(false);
  });

  it("leave a command without a key whose default somebody took", () => {
    const keymap = keymapOf({ approve: "Y" });
    expect(keymap["reject-key"]).toBeNull();
    expect(keymap.approve).toBe("Y");
  });

  it("name what they collide with, take it or swap", () => {
    expect(conflictOf(DEFAULT_KEYMAP, "approve", "B")).toBe("box");
    expect(conflictOf(DEFAULT_KEYMAP, "approve", "A")).toBeNull();
    expect(rebind({}, "approve", "B", false)).toEqual({ approve: "B" });
    expect(keymapOf({ approve: "B" }).box).toBeNull();
    expect(rebind({}, "approve", "B", true)).toEqual({ approve: "B", box: "A" });
    expect(rebind(rebind({}, "approve", "B", true), "approve", "A", true)).toEqual({});
  });

  it("do not swap a bare letter to what works while typing", () => {
    expect(rebind({}, "palette", "Mod+Enter", true)).toEqual({
      palette: "Mod+Enter",
      "save-and-approve": "Mod+K",
    });
  });

  it("go back one by one", () => {
    const choices: KeyChoices = { approve: "B", box: "A" };
    expect(resetOne(choices, "approve")).toEqual({});
    expect(resetOne({ approve: ";", box: "A", skip: "B" }, "approve")).toEqual({ skip: "B" });
    expect(resetOne({ approve: ";" }, "approve")).toEqual({});
  });

  it("never give one key to two commands, whatever is stored", () => {
    const chord = fc.constantFrom("A", "B", "Q", "Shift+A", "7", "[", "Mod+K", "Mod+J", "nonsense");
    const choices = fc.dictionary(fc.constantFrom(...COMMAND_NAMES), fc.option(chord, { nil: null }));
    fc.assert(
      fc.property(
        choices,
        fc.constantFrom(...COMMAND_NAMES),
        chord,
        fc.boolean(),
        (stored, name, key, swap) => {
          for (const one of [stored, rebind(stored, name, key, swap), resetOne(stored, name)]) {
            const keys = Object.values(keymapOf(one)).filter((given) => given !== null);
            expect(new Set(keys).size).toBe(keys.length);
          }
          if (problemOfChord(key, needsMod(name)) === null)
            expect(keymapOf(rebind(stored, name, key, swap))[name]).toBe(key);
          expect(keymapOf(resetOne(stored, name))[name]).toBe(COMMANDS[name].key);
        },
      ),
    );
  });

  it("are refused where they cannot be, with a sentence that says why", () => {
    const sayOf = (input: unknown) => keyChoicesSchema.safeParse(input).error?.issues[0]?.message;
    expect(keyChoicesSchema.parse({ approve: "Y", box: null })).toEqual({ approve: "Y", box: null });
    expect(sayOf({ fly: "Y" })).toContain("no command fly");
    expect(sayOf({ approve: "Y", box: "Y" })).toContain("Two commands have the key Y");
    expect(sayOf({ approve: "Backspace" })).toContain("Choose a letter");
  });

  it("of an older version are read as far as they are known", () => {
    expect(readKeyChoices({ approve: "Y", gone: "L" })).toEqual({ approve: "Y" });
    expect(readKeyChoices(null)).toEqual({});
    expect(readKeyChoices(["A"])).toEqual({});
  });
});

describe("a letter while a question is answered from the image alone", () => {
  it("names a choice, unless it is the key of something that works there", () => {
    expect(choiceByLetter(press("b"), 4)).toBe(1);
    expect(choiceByLetter(press("e"), 4)).toBeNull();
    // G opens the guidelines.
    expect(choiceByLetter(press("g"), 9)).toBeNull();
    const skipsOnB = keymapOf({ skip: "B" });
    expect(choiceByLetter(press("b"), 4, skipsOnB)).toBeNull();
    expect(commandFor(press("b"), { ...reading, mode: "answering" }, skipsOnB)).toEqual({ name: "skip" });
    // What judges a trace does nothing there: its letter is free.
    expect(choiceByLetter(press("a"), 4, keymapOf({}))).toBe(0);
  });

  it("does so by its place where the script has no Latin letters, and not with a modifier or held down", () => {
    expect(choiceByLetter(press("и", { code: "KeyB" }), 4)).toBe(1);
    expect(choiceByLetter(press("b", { ctrlKey: true }), 4)).toBeNull();
    expect(choiceByLetter(press("b", { altKey: true }), 4)).toBeNull();
    expect(choiceByLetter(press("b", { repeat: true }), 4)).toBeNull();
  });
});

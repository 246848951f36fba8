"use client";

import dynamic from "next/dynamic";
import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import { isCovered, isMac, isTypingIn, readPress } from "#components/keys/key-target.ts";
import type { PaletteProject } from "#components/keys/palette-items.ts";
import { toast } from "#components/ui/toast.ts";
import { chooseKeysAction } from "#lib/keys/actions.ts";
import { DEFAULT_KEYMAP, type KeyChoices, type Keymap, keymapOf } from "#lib/keys/keymap.ts";
import type { CommandName } from "#lib/keys/registry.ts";
import { commandFor, type KeyCommand, type KeyContext } from "#lib/keys/resolve.ts";

/** What the parts of a screen do at a command; one that nobody handles leaves its key alone. */
export type CommandHandlers = Partial<Record<KeyCommand["name"], (command: KeyCommand) => void>>;

/** How things stand on the review screen; other screens have nothing to judge. */
export type ScreenContext = Pick<KeyContext, "mode" | "isShown">;

interface Part {
  handlers: CommandHandlers;
  context: ScreenContext | null;
}

/** What the screen can do now, for the palette. */
export interface ScreenCommands {
  handlers: CommandHandlers;
  context: ScreenContext;
}

interface Keys {
  keymap: Keymap;
  choices: KeyChoices;
  isMac: boolean;
  /** Applies at once and is kept on the server; goes back, and says why, where that fails. */
  choose: (choices: KeyChoices) => void;
  register: (part: { current: Part }) => () => void;
  readScreen: () => ScreenCommands;
  openHelp: () => void;
  openPalette: () => void;
}

const KeysContext = createContext<Keys>({
  keymap: DEFAULT_KEYMAP,
  choices: {},
  isMac: false,
  choose: () => {},
  register: () => () => {},
  readScreen: () => ({ handlers: {}, context: ELSEWHERE }),
  openHelp: () => {},
  openPalette: () => {},
});

const ELSEWHERE: ScreenContext = { mode: "reading", isShown: false };

const Palette = dynamic(async () => (await import("#components/keys/palette.tsx")).Palette, { ssr: false });
const KeysDialog = dynamic(async () => (await import("#components/keys/keys-dialog.tsx")).KeysDialog, {
  ssr: false,
});

export interface KeyProviderProps {
  choices: KeyChoices;
  /** Where the palette goes and searches; without a project there is none. */
  project: PaletteProject | null;
  children: ReactNode;
}

/**
 * Hears the keys of all screens below it, wherever the focus is, and runs what they mean to whoever is signed in. Parts
 * of a screen say what they do with `useCommands`.
 */
export function KeyProvider({ choices: stored, project, children }: KeyProviderProps) {
  const [choices, setChoices] = useState(stored);
  const [open, setOpen] = useState<"help" | "palette" | null>(null);
  const parts = useRef(new Set<{ current: Part }>());
  const keymap = useMemo(() => keymapOf(choices), [choices]);
  const onMac = useSyncExternalStore(neverChanges, isMac, () => false);

  const chosen = useRef(stored);
  const choose = useCallback((next: KeyChoices) => {
    const before = chosen.current;
    const apply = (one: KeyChoices) => {
      chosen.current = one;
      setChoices(one);
    };
    apply(next);
    void keepKeys(next, () => apply(before));
  }, []);

  const register = useCallback((part: { current: Part }) => {
    parts.current.add(part);
    return () => {
      parts.current.delete(part);
    };
  }, []);

  const readScreen = useCallback((): ScreenCommands => {
    const all = [...parts.current].map((part) => part.current);
    return {
      handlers: Object.assign({}, ...all.map(({ handlers }) => handlers)) as CommandHandlers,
      context: all.findLast(({ context }) => context !== null)?.context ?? ELSEWHERE,
    };
  }, []);

  const openHelp = useCallback(() => setOpen("help"), []);
  const openPalette = useCallback(() => setOpen("palette"), []);

  useEffect(() => {
    const everywhere: CommandHandlers = {
      help: openHelp,
      ...(project ? { palette: openPalette, search: () => focusSearch() || openPalette() } : {}),
    };
    function onKeyDown(event: KeyboardEvent) {
      if (event.defaultPrevented || event.isComposing) return;
      const { handlers, context } = readScreen();
      const where = { ...context, isTyping: isTypingIn(event.target), isCovered: isCovered() };
      const command = commandFor(readPress(event), where, keymap);
      if (!command) return;
      // Enter on a button or a link presses that.
      if (command.name === "commit" && event.key === "Enter" && isPressed(event)) return;
      const handle = handlers[command.name] ?? everywhere[command.name];
      if (!handle) return;
      event.preventDefault();
      handle(command);
    }
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [keymap, openHelp, openPalette, project, readScreen]);

  const keys = useMemo<Keys>(
    () => ({ keymap, choices, isMac: onMac, choose, register, readScreen, openHelp, openPalette }),
    [keymap, choices, onMac, choose, register, readScreen, openHelp, openPalette],
  );
  return (
    <KeysContext value={keys}>
      {children}
      {open === "help" ? (
        <KeysDialog open onOpenChange={(isOpen) => setOpen(isOpen ? "help" : null)} />
      ) : null}
      {open === "palette" && project ? <Palette project={project} onClose={() => setOpen(null)} /> : null}
    </KeysContext>
  );
}

export function useKeys(): Keys {
  return useContext(KeysContext);
}

/**
 * Says what a part of the screen does at which command, as long as it is shown. Where several parts handle one, the
 * part that came last does; the part with a context says how things stand.
 */
export function useCommands(handlers: CommandHandlers, context: ScreenContext | null = null): void {
  const { register } = useKeys();
  const part = useRef<Part>({ handlers, context });
  part.current = { handlers, context };
  useEffect(() => register(part), [register]);
}

/** The key of a command as it is shown, in parts; null where it has none. */
export function useChord(name: CommandName): { chord: string; isMac: boolean } | null {
  const { keymap, isMac: onMac } = useKeys();
  const chord = keymap[name];
  return chord === null ? null : { chord, isMac: onMac };
}

async function keepKeys(choices: KeyChoices, goBack: () => void): Promise<void> {
  const outcome = await chooseKeysAction({ choices }).catch(() => null);
  if (outcome && !outcome.serverError && !outcome.validationErrors) return;
  goBack();
  toast.error(
    outcome?.serverError?.message ??
      "Your keys could not be kept: the server cannot be reached. They are as they were before; try again.",
  );
}

/** The search field of the screen, if it has one. */
function focusSearch(): boolean {
  const field = [...document.querySelectorAll<HTMLInputElement>('main input[type="search"]')].find(
    (input) => !input.disabled && input.offsetParent !== null,
  );
  field?.focus();
  field?.select();
  return field !== undefined;
}

function isPressed(event: KeyboardEvent): boolean {
  return (
    !event.ctrlKey &&
    !event.metaKey &&
    event.target instanceof Element &&
    event.target.closest("button, a, summary") !== null
  );
}

function neverChanges(): () => void {
  return () => {};
}

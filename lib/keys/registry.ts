/** What a key can be given to: the one table that the handler, the hints on buttons, the list of keys and the palette read. */
export interface CommandSpec {
  label: string;
  /** A sentence more, where the label does not say it all. */
  about?: string;
  group: CommandGroup;
  /** The key that it has until somebody chooses another; see `chord.ts` for how keys are written. */
  key: string;
  /** Judges, marks or moves what is on the screen: rests until the trace and its picture are on it. */
  needsTrace?: true;
  /** Goes on while the key is held down. */
  repeats?: true;
  /** Works on every screen of a project, not in review alone. */
  everywhere?: true;
  /** Works while a reason for rejecting is being chosen, or a text is open but not being typed in. */
  readsOnly?: true;
}

export const COMMAND_GROUPS = [
  "Verdict",
  "Question and its traces",
  "Steps and evidence",
  "Reading",
  "Anywhere",
] as const;
export type CommandGroup = (typeof COMMAND_GROUPS)[number];

export const COMMANDS = {
  approve: { label: "Approve", group: "Verdict", key: "A", needsTrace: true },
  reject: {
    label: "Reject",
    about: "Digits then choose reasons, and Enter commits.",
    group: "Verdict",
    key: "R",
    needsTrace: true,
  },
  edit: {
    label: "Edit",
    about: "The thought, the answer or the question.",
    group: "Verdict",
    key: "E",
    needsTrace: true,
  },
  "save-and-approve": {
    label: "Save and approve",
    about: "Also while typing; in a note it sends the note.",
    group: "Verdict",
    key: "Mod+Enter",
  },
  flag: { label: "Flag for the owner", group: "Verdict", key: "F", needsTrace: true },
  "send-back": { label: "Send back for repair", group: "Verdict", key: "M", needsTrace: true },
  repair: {
    label: "Repair from a step",
    about: "A model goes on from before the first wrong step.",
    group: "Verdict",
    key: "T",
    needsTrace: true,
  },
  "give-back": {
    label: "Give back to where it was",
    about: "A flagged trace, or one in repair.",
    group: "Verdict",
    key: "U",
    needsTrace: true,
  },
  skip: {
    label: "Skip",
    about: "Somebody else may take it; it comes back to you when asked for.",
    group: "Verdict",
    key: "S",
    needsTrace: true,
  },
  undo: { label: "Undo", about: "Your last action, up to ten back.", group: "Verdict", key: "Z" },

  "reject-question": {
    label: "Reject the question",
    about: "Its traces fall with it, in one undo.",
    group: "Question and its traces",
    key: "Q",
    needsTrace: true,
  },
  "reject-key": {
    label: "Reject the key",
    about: "None of its traces can be right; they fall with it, in one undo.",
    group: "Question and its traces",
    key: "Y",
    needsTrace: true,
  },
  siblings: {
    label: "Other traces of the question",
    about: "Side by side with this one.",
    group: "Question and its traces",
    key: "O",
    readsOnly: true,
  },
  "prefer-this": {
    label: "Prefer this trace",
    about: "With the other trace beside it; pressed before, it shows that one.",
    group: "Question and its traces",
    key: "P",
    needsTrace: true,
  },
  "prefer-other": {
    label: "Prefer the other trace",
    group: "Question and its traces",
    key: "Shift+P",
    needsTrace: true,
  },

  "step-next": {
    label: "Next step",
    group: "Steps and evidence",
    key: "J",
    repeats: true,
    readsOnly: true,
  },
  "step-previous": {
    label: "Step before",
    group: "Steps and evidence",
    key: "K",
    repeats: true,
    readsOnly: true,
  },
  "rate-good": { label: "Step is good", group: "Steps and evidence", key: "1", needsTrace: true },
  "rate-doubtful": { label: "Step is doubtful", group: "Steps and evidence", key: "2", needsTrace: true },
  "rate-wrong": { label: "Step is wrong", group: "Steps and evidence", key: "3", needsTrace: true },
  "not-visible": {
    label: "Nothing in the image shows it",
    group: "Steps and evidence",
    key: "V",
    needsTrace: true,
  },
  "next-unrated": {
    label: "Next step without a mark",
    group: "Steps and evidence",
    key: "N",
    readsOnly: true,
  },
  box: {
    label: "Box around the evidence",
    about: "Drawn by hand or with the arrow keys.",
    group: "Steps and evidence",
    key: "B",
    needsTrace: true,
  },
  "first-error": {
    label: "First error is here",
    about: "What follows from it is shown as tainted.",
    group: "Steps and evidence",
    key: "X",
    needsTrace: true,
  },

  "stage-previous": { label: "Stage before", group: "Reading", key: "[", readsOnly: true },
  "stage-next": { label: "Next stage", group: "Reading", key: "]", readsOnly: true },
  diff: { label: "What was edited, word by word", group: "Reading", key: "D", readsOnly: true },
  added: {
    label: "What the second look added",
    about: "By step, new visual claims first; below it both looks word by word.",
    group: "Reading",
    key: "W",
    readsOnly: true,
  },
  pairs: {
    label: "Preference pairs of this trace",
    about: "As a trainer would be given them.",
    group: "Reading",
    key: "Shift+D",
    readsOnly: true,
  },
  description: { label: "Dense description", group: "Reading", key: "I", readsOnly: true },
  guidelines: { label: "Guidelines", group: "Reading", key: "G", readsOnly: true },
  comment: { label: "Comments", group: "Reading", key: "C", readsOnly: true },
  history: { label: "History of this trace", group: "Reading", key: "H", readsOnly: true },
  sitting: { label: "This sitting so far", group: "Reading", key: "L", readsOnly: true },

  search: {
    label: "Search",
    about: "The screen's own search field, or the palette where it has none.",
    group: "Anywhere",
    key: "/",
    everywhere: true,
    readsOnly: true,
  },
  palette: {
    label: "Go to anything",
    about: "Commands, screens, traces, images and runs; also while typing.",
    group: "Anywhere",
    key: "Mod+K",
    everywhere: true,
    readsOnly: true,
  },
  help: { label: "All keys", group: "Anywhere", key: "?", everywhere: true, readsOnly: true },
} as const satisfies Record<string, CommandSpec>;

export type CommandName = keyof typeof COMMANDS;

export const COMMAND_NAMES = Object.keys(COMMANDS) as CommandName[];

export function isCommandName(name: string): name is CommandName {
  return Object.hasOwn(COMMANDS, name);
}

export function specOf(name: CommandName): CommandSpec {
  return COMMANDS[name];
}

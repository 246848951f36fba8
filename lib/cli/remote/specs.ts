import type { CommandSpec } from "#lib/cli/arguments.ts";
import { runSpec } from "#lib/cli/specs.ts";
import { EXPORT_FORMATS } from "#lib/datasets/schema.ts";
import { TRACE_KINDS, TRACE_STATES } from "#lib/traces/schema.ts";

// What each command takes when it works on a server: the token says which project.

export const remoteStatusSpec: CommandSpec = {
  name: "status",
  summary: "Show how the token's project stands: images, questions, thoughts, traces, runs, cost.",
  options: {},
};

export const remoteImportSpec: CommandSpec = {
  name: "import",
  summary: "Send images with their dense descriptions to the project, and wait until they are in.",
  options: {
    captions: { value: "FILE", help: "the descriptions: .jsonlines, .jsonl or .csv" },
    images: { value: "DIR", help: "the folder of the images" },
    zip: { value: "FILE", help: "a zip of both, in place of --captions and --images; at most 2 GB" },
  },
  notes:
    "A large folder is sent in several imports. Sending the same again changes nothing. Ends with 1 when a row could not\n" +
    "be taken; the good ones are in.",
};

const { project: _project, as: _as, ...runOptions } = runSpec.options;

export const remoteRunSpec: CommandSpec = {
  ...runSpec,
  options: { ...runOptions, wait: { help: "wait for the end" } },
  notes: "With --wait it ends with 0 only when the run is done and no task of it failed.",
};

export const remoteWatchSpec: CommandSpec = {
  name: "watch",
  summary: "Follow a run to its end.",
  operand: "RUN",
  options: {},
  notes: "RUN is its id. Ends with 0 only when the run is done and no task of it failed.",
};

export const remoteTracesSpec: CommandSpec = {
  name: "traces",
  summary: "List traces by the filters of the table, the newest first.",
  options: {
    state: { value: "STATE", help: TRACE_STATES.join(", ") },
    kind: { value: "KIND", help: TRACE_KINDS.join(", ") },
    q: { value: "WORDS", help: 'words in question, thoughts and answer; "phrases", -without' },
    run: { value: "ID", help: "made by this run" },
    image: { value: "ID", help: "of this image" },
    check: { value: "NAME", help: "held back by this check" },
    order: { value: "ORDER", help: "newest (default), oldest, longest or shortest" },
    limit: { value: "N", help: "so many at most (default 60)" },
  },
};

export const remoteVersionSpec: CommandSpec = {
  name: "create-version",
  summary: "Freeze what is approved as the next version of a dataset, and wait until it is ready.",
  operand: "NAME",
  options: {
    options: {
      value: "FILE",
      help: "what goes in, as JSON: sft, preference, steps, splits, filter (default: every approved record)",
    },
  },
  notes: "The options are those of POST /api/v1/versions.",
};

export const remoteExportSpec: CommandSpec = {
  name: "export",
  summary: "Have a dataset version written for a trainer, and download the file.",
  options: {
    version: { value: "ID", help: "the version's id, or latest", required: true },
    format: { value: "FORMAT", help: EXPORT_FORMATS.join(", "), required: true },
    out: { value: "FILE", help: "where the file is to stand; there is none yet", required: true },
    options: { value: "JSON", help: 'the format\'s options as JSON, such as {"images":"original"}' },
    "allow-simulated": { help: "also when records were written by the simulator" },
  },
  notes: "A download that broke off goes on where it stood when the same command is given again.",
};

export const remoteVersionsSpec: CommandSpec = {
  name: "versions",
  summary: "List dataset versions, the newest first, and which of them were withdrawn.",
  options: {},
};

export const remoteWithdrawSpec: CommandSpec = {
  name: "withdraw",
  summary: "Mark a dataset version as not to be used any more, for everyone to see.",
  operand: "VERSION",
  options: {
    reason: { value: "TEXT", help: "why, for whoever finds it or what was trained on it", required: true },
  },
  notes: "VERSION is its id. This can't be undone: make another version instead.",
};

const { out: _out, ...exportOptions } = remoteExportSpec.options;

export const remotePushSpec: CommandSpec = {
  name: "push",
  summary: "Have a dataset version written and pushed to a repository of the Hugging Face Hub.",
  options: {
    ...exportOptions,
    repo: { value: "OWNER/NAME", help: "the dataset repository, made where there is none", required: true },
    public: { help: "everybody may see it; without this, its members alone" },
  },
  notes:
    "It is pushed with the project's own token of the Hub, which is entered on a version's page. A push that broke off\n" +
    "goes on where it was when the same command is given again.",
};

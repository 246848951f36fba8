import { MODEL_CHECKS } from "#lib/checks/model-checks.ts";
import { AS_OPTION, type CommandSpec } from "#lib/cli/arguments.ts";
import { EXPORT_FORMATS } from "#lib/datasets/schema.ts";

// What each command is called, takes and says of itself.

export const importSpec: CommandSpec = {
  name: "import",
  summary: "Import images with their dense descriptions into a project, which is made where there is none.",
  options: {
    project: { value: "NAME", help: "the project", required: true },
    captions: { value: "FILE", help: "the descriptions: .jsonlines, .jsonl or .csv" },
    images: { value: "DIR", help: "the folder of the images" },
    zip: { value: "FILE", help: "a zip of both, in place of --captions and --images" },
    licence: { value: "TEXT", help: "of images of which neither their row nor the project says one" },
    source: { value: "TEXT", help: "where such images come from" },
    "allow-missing": { help: "also take rows whose image is not there yet" },
    as: AS_OPTION,
  },
  notes:
    "Importing the same again changes nothing. Ends with 1 when a row could not be taken; the good ones are in.",
};

export const importStagesSpec: CommandSpec = {
  name: "import-stages",
  summary: "Take the files that the three stages left elsewhere in as a finished run, to be judged here.",
  operand: "FOLDER",
  options: {
    project: { value: "NAME", help: "the project, which is made where there is none", required: true },
    name: { value: "TEXT", help: "what the run is called (default: after the folder)" },
    as: AS_OPTION,
  },
  notes:
    "FOLDER, or a zip, holds stage_1_mcq.csv, stage_2_simple_cot.jsonl, stage_3_expand_cot.jsonl, or several of each under\nother names. Images that the project lacks are known by name until they are imported. The same files again change\nnothing; an import that broke off goes on. Ends with 1 when a row could not be taken; the good ones are in.",
};

export const runSpec: CommandSpec = {
  name: "run",
  summary: "Run stages of the method on a project's images: 1 questions, 2 simple thoughts, 3 long thoughts.",
  options: {
    project: { value: "NAME", help: "the project", required: true },
    stages: { value: "LIST", help: "stages that follow on each other, e.g. 1,2,3", required: true },
    wait: { help: "wait for the end; does the work itself when no worker is alive" },
    images: { value: "WHICH", help: "all, not-run (default), or a number: the first so many" },
    "simple-samples": { value: "N", help: "simple thoughts for each question (default 3)" },
    "long-samples": { value: "N", help: "long thoughts for each simple thought (default 3)" },
    "max-pixels": { value: "N", help: "models see images of at most N pixels in area (default 262144)" },
    seed: { value: "TEXT", help: "the same seed on the same inputs asks the same" },
    name: { value: "TEXT", help: "what the run is called" },
    budget: { value: "DOLLARS", help: "never spend more, e.g. 5.00; needs the price of every model" },
    concurrency: {
      value: "N",
      help: "calls of this run in flight at once (default: as the endpoints allow)",
    },
    "until-accepted": { value: "N", help: "end when so many traces have passed their checks" },
    checks: { value: "LIST", help: `checks by a model, which cost calls: ${MODEL_CHECKS.join(", ")}` },
    "dry-run": { value: "N", help: "only N images, drawn at random: shows what the whole would cost" },
    as: AS_OPTION,
  },
  notes:
    "With --wait it ends with 0 only when the run is done and no task of it failed. A dry run with --wait ends with the\n" +
    "forecast of the whole; its page starts the whole, which takes over its replies.",
};

export const statusSpec: CommandSpec = {
  name: "status",
  summary: "Show how a project stands: images, questions, thoughts, traces, runs, cost.",
  options: { project: { value: "NAME", help: "the project", required: true }, as: AS_OPTION },
};

export const approveSpec: CommandSpec = {
  name: "approve",
  summary:
    "Approve, as one bulk verdict of a named user, every waiting trace that passes its checks and ends right.",
  options: {
    project: { value: "NAME", help: "the project", required: true },
    "all-passing": {
      help: "what to approve; there is no other choice, and it has to be said",
      required: true,
    },
    yes: { help: "don't ask first" },
    as: AS_OPTION,
  },
  notes: "It is recorded as a bulk verdict and can be undone as one in Review.",
};

export const exportSpec: CommandSpec = {
  name: "export",
  summary:
    "Freeze the approved traces as a dataset version (the last one, if nothing changed) and write its training set.",
  options: {
    project: { value: "NAME", help: "the project", required: true },
    format: { value: "FORMAT", help: `what the trainer reads: ${EXPORT_FORMATS.join(", ")}`, required: true },
    out: { value: "DIR", help: "a folder that is not there yet, or is empty", required: true },
    dataset: { value: "NAME", help: "the dataset's name (default: the project's)" },
    version: { value: "N", help: "a version that is there already, in place of freezing one" },
    parts: { value: "LIST", help: "what a new version holds: records (default), pairs, steps" },
    images: {
      value: "SIZE",
      help: "training: at most 512 × 512 pixels in area (default); original; reference: none, only which they are",
    },
    whole: { help: "ordinary chats for any model, which do not mask the wrong first thought of X→O" },
    "allow-unmasked": { help: "with --whole: that wrong first thoughts are trained on is meant" },
    "allow-simulated": { help: "also when records were written by the simulator" },
    as: AS_OPTION,
  },
  notes:
    "llamafactory, trl and openai are for these trainers; parquet for load_dataset and the Hub; jsonl holds every record\n" +
    "whole; steps has a line for each judged step. The same version and options always give the same bytes.",
};

export const setUpSpec: CommandSpec = {
  name: "set-up",
  summary: "Make the first administrator of a server on which nobody has an account, with a random password.",
  options: {
    email: { value: "EMAIL", help: "the address to sign in with", required: true },
    name: { value: "NAME", help: "the person's name (default: the address)" },
  },
  notes: "The password is printed once. It can be changed in the browser.",
};

export const inspectSpec: CommandSpec = {
  name: "inspect-reference",
  summary:
    "Run the parsers, the grader and the filters over published stage files, without a database, and count.",
  operand: "DIR",
  options: {},
  notes: "DIR holds stage_1_mcq.csv, stage_2_simple_cot.jsonl and stage_3_expand_cot.jsonl.",
};

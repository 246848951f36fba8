import { DATASET_NAME, safeCutoff, TEMPLATE_NAME, TEMPLATE_SLOTS } from "#lib/datasets/llamafactory.ts";
import { TRAINING_PIXELS, type VersionSummary } from "#lib/datasets/schema.ts";

/** The Python file that registers the template beside LLaMA-Factory's own. */
export function templateFile(): string {
  return `"""The chat template of this dataset, to be registered beside LLaMA-Factory's own.

Every row carries the rendered chat up to the point where training begins as its user turn. This template adds nothing
to a user turn, so the assistant's words that stand there (the wrong first thought of an X->O record) are context and
carry no loss.
"""

from llamafactory.data.formatter import StringFormatter
from llamafactory.data.mm_plugin import get_mm_plugin
from llamafactory.data.template import register_template

register_template(
    name="${TEMPLATE_NAME}",
    format_user=StringFormatter(slots=[${JSON.stringify(TEMPLATE_SLOTS.user)}]),
    format_assistant=StringFormatter(slots=[${JSON.stringify(TEMPLATE_SLOTS.assistant)}]),
    stop_words=["<|im_end|>"],
    replace_eos=True,
    mm_plugin=get_mm_plugin(name="qwen2_vl", image_token="<|image_pad|>", video_token="<|video_pad|>"),
)
`;
}

/** The Python script that registers the template, counts tokens and starts LLaMA-Factory. */
export function trainScript(): string {
  return `"""Registers the template of this dataset, checks that no record is cut off, and trains with LLaMA-Factory.

    python train.py train.yaml                              one GPU
    torchrun --nproc_per_node 8 train.py train.yaml         several
"""

import json
import math
import sys
from pathlib import Path

import yaml

import second_look_template  # noqa: F401  registers the template


def check_lengths(config: dict) -> None:
    """LLaMA-Factory cuts a record that is longer than cutoff_len without a word, and may cut the prefix of it."""
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(config["model_name_or_path"], trust_remote_code=True)
    image_tokens = math.ceil(config["image_max_pixels"] / (28 * 28) * 1.2) + 2
    rows = json.loads((Path(config["dataset_dir"]) / "${DATASET_NAME}.json").read_text(encoding="utf-8"))
    too_long = [row["id"] for row in rows if count_tokens(tokenizer, row) + image_tokens > config["cutoff_len"]]
    if too_long:
        sys.exit(f"{len(too_long)} records are longer than cutoff_len, the first is {too_long[0]}. Raise cutoff_len.")


def count_tokens(tokenizer, row: dict) -> int:
    return sum(len(tokenizer.encode(message["content"], add_special_tokens=False)) for message in row["messages"]) + 2


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("Usage: python train.py train.yaml")
    check_lengths(yaml.safe_load(Path(sys.argv[1]).read_text(encoding="utf-8")))

    from llamafactory.train.tuner import run_exp

    run_exp()
`;
}

/** A ready configuration: the published way of training, with a cut-off that no record reaches. */
export function trainingConfig(summary: Pick<VersionSummary, "longestBytes">): string {
  return `# Supervised fine-tuning of the language model of a Qwen2.5-VL on this dataset. Start it with train.py.

### model
model_name_or_path: Qwen/Qwen2.5-VL-7B-Instruct
image_max_pixels: ${TRAINING_PIXELS}  # 512 x 512
trust_remote_code: true

### method
stage: sft
do_train: true
finetuning_type: full
freeze_vision_tower: true
freeze_multi_modal_projector: true
# deepspeed: ds_z3_config.json  # needed for a full run of 7B on several GPUs

### data: the three settings below keep the wrong first thoughts out of the loss; leave them as they are
template: ${TEMPLATE_NAME}
train_on_prompt: false
mask_history: false
dataset: ${DATASET_NAME}
dataset_dir: .
media_dir: .
cutoff_len: ${safeCutoff(summary.longestBytes)}  # above the longest record; train.py checks it with the tokenizer
overwrite_cache: true

### training
learning_rate: 1.0e-5
num_train_epochs: 5.0
per_device_train_batch_size: 1
gradient_accumulation_steps: 256  # divide by the number of GPUs: 256 records to a step
lr_scheduler_type: cosine
warmup_ratio: 0.1
bf16: true

### output
output_dir: output
logging_steps: 10
save_strategy: epoch
report_to: none
`;
}

export type ReadmeFacts = {
  datasetName: string;
  versionNumber: number;
  projectName: string;
  recordCount: number;
  images: "training" | "original";
  summary: VersionSummary;
};

/** The export's card, for whoever opens the archive. */
export function readmeFile(facts: ReadmeFacts): string {
  const { summary } = facts;
  const { bulk = 0, ...byHand } = summary.approvals.bySource;
  const singly = Object.values(byHand).reduce((sum, count) => sum + count, 0);
  const kinds = Object.entries(summary.byKind).map(
    ([kind, count]) => `| ${kind} | ${count} | ${KIND_NOTES[kind] ?? ""} |`,
  );
  const simulated =
    summary.simulated > 0
      ? `\n> **Simulated.** ${summary.simulated} of ${facts.recordCount} records were written by a simulator and not by a model. They show the form of the data and are no material for training.\n`
      : "";
  return `# ${facts.datasetName}, version ${facts.versionNumber}

${facts.recordCount} visual reasoning records on ${summary.images} images from the project "${facts.projectName}", in LLaMA-Factory's ShareGPT form.
${simulated}
| kind | records | trained on |
| --- | ---: | --- |
${kinds.join("\n")}

Each record carries a named person's approval: ${singly} were given one by one, beside the picture${bulk > 0 ? `, and ${bulk} in bulk, without reading each` : ""}. \`records.jsonl\` says for each record who approved it, when and how; \`manifest.json\` counts what was left out and why.

## Files

- \`${DATASET_NAME}.json\`: the rows, each with its id (the id of the approved text), two messages and one image
- \`dataset_info.json\`: what LLaMA-Factory reads to find them
- \`images/\`: the pictures, ${facts.images === "training" ? "scaled down to at most 512 × 512 pixels in area" : "as they were imported"}
- \`second_look_template.py\`, \`train.py\`, \`train.yaml\`: the template, the start and the settings
- \`records.jsonl\`: every record in parts: question, first thought, cue, second look, approvals, models
- \`manifest.json\`: counts, what was left out, how it was made, and the SHA-256 of every other file

## Training

\`\`\`
pip install llamafactory
python train.py train.yaml
\`\`\`

## What carries loss

LLaMA-Factory gives labels to whole turns: none to a user's, all to an assistant's. A part of an assistant's turn can't be masked in its data files. So in all rows the user's turn holds the rendered chat up to the point where training begins, and the assistant's turn holds the rest. The template \`${TEMPLATE_NAME}\` adds nothing to a user's turn, so the model sees exactly the chat of Qwen2-VL and Qwen2.5-VL. Under another template the rows would be wrapped a second time: use this one, for models of these two families only.

- An O or OO record is trained from \`<think>\` on.
- An XO record is trained from the cue on. The wrong first thought before it is context. Where a blank joins the two, it goes with the cue, because the tokenizer makes one token of a blank and the word after it.
- Keep \`train_on_prompt\` and \`mask_history\` off. Keep \`cutoff_len\` above the longest record: LLaMA-Factory shortens longer ones without a word, and may shorten the context. \`train.py\` counts first.

This was read from LLaMA-Factory's sources (\`data/parser.py\`, \`data/converter.py\`, \`data/template.py\`, \`data/processor/supervised.py\`) and checked by replaying their rule over the rows; no training run was made.
`;
}

const KIND_NOTES: Record<string, string> = {
  O: "right at first sight; all of it",
  OO: "right, and right again after a second look; all of it",
  XO: "wrong at first, right after a second look; from the cue on",
};

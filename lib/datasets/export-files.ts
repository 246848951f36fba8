import { safeCutoff, TEMPLATE_NAME, TEMPLATE_SLOTS } from "#lib/datasets/llamafactory.ts";
import { TRAINING_PIXELS } from "#lib/datasets/schema.ts";
import { TRAINING, toYamlRate } from "#lib/datasets/training-settings.ts";

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

/** The Python script that registers the template, where there is one, counts tokens and starts LLaMA-Factory. */
export function trainScript(hasTemplate = true): string {
  const registers = hasTemplate
    ? "import second_look_template  # noqa: F401  registers the template\n\n\n"
    : "\n";
  return `"""${hasTemplate ? "Registers the template of this dataset, checks" : "Checks"} that no row is cut off, and trains with LLaMA-Factory.

    python train.py train.yaml                              one GPU
    torchrun --nproc_per_node 8 train.py train.yaml         several
"""

import json
import math
import sys
from pathlib import Path

import yaml

${registers}def check_lengths(config: dict) -> None:
    """LLaMA-Factory cuts a row that is longer than cutoff_len without a word, and may cut the prefix of it."""
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(config["model_name_or_path"], trust_remote_code=True)
    image_tokens = math.ceil(config["image_max_pixels"] / (28 * 28) * 1.2) + 2
    folder = Path(config["dataset_dir"])
    info = json.loads((folder / "dataset_info.json").read_text(encoding="utf-8"))
    too_long = []
    for name in config["dataset"].split(","):
        rows = json.loads((folder / info[name.strip()]["file_name"]).read_text(encoding="utf-8"))
        too_long += [row["id"] for row in rows if count_tokens(tokenizer, row) + image_tokens > config["cutoff_len"]]
    if too_long:
        sys.exit(f"{len(too_long)} rows are longer than cutoff_len, the first is {too_long[0]}. Raise cutoff_len.")


def count_tokens(tokenizer, row: dict) -> int:
    def tokens(message: dict) -> int:
        return len(tokenizer.encode(message["content"], add_special_tokens=False)) + 8

    answers = [tokens(row[side]) for side in ("chosen", "rejected") if side in row]
    return sum(tokens(message) for message in row["messages"]) + max(answers, default=0)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("Usage: python train.py train.yaml")
    check_lengths(yaml.safe_load(Path(sys.argv[1]).read_text(encoding="utf-8")))

    from llamafactory.train.tuner import run_exp

    run_exp()
`;
}

export interface TrainingData {
  template: string;
  /** The set to train on, and the one to evaluate with; null: none. */
  dataset: string;
  evalDataset: string | null;
  longestBytes: number;
}

/** A ready configuration: the published way of supervised training, with a cut-off that no record reaches. */
export function trainingConfig(data: TrainingData): string {
  return `# Supervised fine-tuning of the language model of a Qwen2.5-VL on this dataset. Start it with train.py.

${modelSection("Qwen/Qwen2.5-VL-7B-Instruct", "")}
### method
stage: sft
do_train: true
${tunedSection()}
### data${data.template === TEMPLATE_NAME ? ": the three settings below keep the wrong first thoughts out of the loss; leave them as they are" : ""}
template: ${data.template}
train_on_prompt: false
mask_history: false
${dataSection(data)}
### training
learning_rate: ${toYamlRate(TRAINING.sft.learningRate)}
num_train_epochs: ${TRAINING.sft.epochs.toFixed(1)}
${batchSection("records")}
### output
output_dir: output
${outputSection()}`;
}

/** A ready configuration for preference training after the supervised one. */
export function preferenceConfig(data: TrainingData): string {
  return `# Preference training (DPO) of the model that train.yaml made, on the pairs of this dataset. Start it with train.py.

${modelSection("output", "  # what train.yaml wrote; or the model that you begin with")}
### method: sigmoid DPO over whole answers, where a beginning that both sides share cancels; pref_ftx would undo that
stage: dpo
do_train: true
pref_loss: sigmoid
pref_beta: ${TRAINING.dpo.beta.toFixed(1)}  # the method's appendix; its released file has ${TRAINING.dpo.releasedBeta}
pref_ftx: 0.0
${tunedSection()}
### data
template: ${data.template}
${dataSection(data)}
### training
learning_rate: ${toYamlRate(TRAINING.dpo.learningRate)}
num_train_epochs: ${TRAINING.dpo.epochs.toFixed(1)}  # the method names no number
${batchSection("pairs")}
### output
output_dir: output_dpo
${outputSection()}`;
}

function modelSection(model: string, comment: string): string {
  return `### model
model_name_or_path: ${model}${comment}
image_max_pixels: ${TRAINING_PIXELS}  # 512 x 512
trust_remote_code: true
`;
}

function tunedSection(): string {
  return `finetuning_type: full
freeze_vision_tower: true
freeze_multi_modal_projector: true
# deepspeed: ds_z3_config.json  # needed for a full run of 7B on several GPUs
`;
}

function dataSection({ dataset, evalDataset, longestBytes }: TrainingData): string {
  const evaluation =
    evalDataset === null
      ? ""
      : `eval_dataset: ${evalDataset}
eval_strategy: epoch
per_device_eval_batch_size: 1
`;
  return `dataset: ${dataset}
${evaluation}dataset_dir: "."
media_dir: "."
cutoff_len: ${safeCutoff(longestBytes)}  # above the longest row; train.py checks it with the tokenizer
overwrite_cache: true
`;
}

function batchSection(what: string): string {
  return `per_device_train_batch_size: 1
gradient_accumulation_steps: ${TRAINING.batch}  # divide by the number of GPUs: ${TRAINING.batch} ${what} to a step
lr_scheduler_type: cosine
warmup_ratio: 0.1
bf16: true
`;
}

function outputSection(): string {
  return `logging_steps: 10
save_strategy: epoch
report_to: none
`;
}

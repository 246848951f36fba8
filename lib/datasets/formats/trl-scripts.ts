import { TRAINING_PIXELS } from "#lib/datasets/schema.ts";
import { TRAINING, toScientific } from "#lib/datasets/training-settings.ts";

/** The Python module that loads the sets with their pictures. */
export function trlLoadScript(): string {
  return `"""Loads a set of this export with its pictures: load("sft"), load("preference") or load("stepwise")."""

from pathlib import Path

from datasets import DatasetDict, Image, Sequence, load_dataset

HERE = Path(__file__).resolve().parent


def load(name: str) -> DatasetDict:
    # A side of the split from which everything was left out is an empty file, which load_dataset refuses.
    paths = [path for path in sorted((HERE / name).glob("*.jsonl")) if path.stat().st_size > 0]
    files = {path.stem: str(path) for path in paths}
    data = load_dataset("json", data_files=files)
    data = data.map(lambda row: {"images": [str(HERE / image) for image in row["images"]]})
    return data.cast_column("images", Sequence(Image()))
`;
}

const TRAINERS = {
  sft: {
    what: "Supervised fine-tuning",
    trainer: "SFTTrainer",
    config: "SFTConfig",
    output: "output",
    settings: [
      `learning_rate=${toScientific(TRAINING.sft.learningRate)},`,
      `num_train_epochs=${TRAINING.sft.epochs},`,
      "completion_only_loss=True,  # the prompt carries no loss: the wrong first thought stands in it",
      "max_length=None,  # a cut could take away the end of the prompt, or the picture's tokens",
    ],
  },
  preference: {
    what: "Preference training (DPO) of what train_sft.py made",
    trainer: "DPOTrainer",
    config: "DPOConfig",
    output: "output_dpo",
    settings: [
      `learning_rate=${toScientific(TRAINING.dpo.learningRate)},`,
      `num_train_epochs=${TRAINING.dpo.epochs},  # the method names no number`,
      `beta=${TRAINING.dpo.beta.toFixed(1)},  # the method's appendix; its released file has ${TRAINING.dpo.releasedBeta}`,
      'loss_type="sigmoid",  # a beginning that both sides share cancels under it',
      "max_length=None,",
    ],
  },
  stepwise: {
    what: "Training of a process reward model",
    trainer: "PRMTrainer",
    config: "PRMConfig",
    output: "output_prm",
    settings: [
      `learning_rate=${toScientific(TRAINING.stepwise.learningRate)},`,
      `num_train_epochs=${TRAINING.stepwise.epochs},`,
      "max_length=None,",
    ],
  },
} as const;

/** The trainer of process reward models moved: `trl/experimental/prm` of TRL's later releases. */
const PRM_IMPORT = `try:
    from trl.experimental.prm import PRMConfig, PRMTrainer
except ImportError:  # before it moved there
    from trl import PRMConfig, PRMTrainer`;

/** A ready script: the method's settings, as far as it names them. */
export function trlTrainScript(set: keyof typeof TRAINERS): string {
  const { what, trainer, config, output, settings } = TRAINERS[set];
  const lines = [
    ...settings,
    "per_device_train_batch_size=1,",
    `gradient_accumulation_steps=${TRAINING.batch},  # divide by the number of GPUs`,
    'lr_scheduler_type="cosine",',
    "warmup_ratio=0.1,",
    "bf16=True,",
  ]
    .map((line) => `        ${line}`)
    .join("\n");
  const isText = set === "stepwise";
  const model = isText
    ? `    tokenizer = AutoTokenizer.from_pretrained("Qwen/Qwen2.5-7B-Instruct")
    model = AutoModelForTokenClassification.from_pretrained("Qwen/Qwen2.5-7B-Instruct", num_labels=2)
    data = load("${set}").remove_columns(["id", "images"])`
    : `    name = "${set === "sft" ? "Qwen/Qwen2.5-VL-7B-Instruct" : "output"}"
    processor = AutoProcessor.from_pretrained(name, max_pixels=${TRAINING_PIXELS})
    model = AutoModelForImageTextToText.from_pretrained(name, dtype="bfloat16")
    for part, weights in model.named_parameters():
        weights.requires_grad_("visual" not in part)  # the language model alone is trained
    data = load("${set}")`;
  return `"""${what} with TRL on this dataset. Start it with accelerate launch."""

from transformers import ${isText ? "AutoModelForTokenClassification, AutoTokenizer" : "AutoModelForImageTextToText, AutoProcessor"}
${isText ? PRM_IMPORT : `from trl import ${config}, ${trainer}`}

from load import load

if __name__ == "__main__":
${model}
    args = ${config}(
        output_dir="${output}",
${lines}
    )
    trainer = ${trainer}(
        model=model,
        args=args,
        train_dataset=data["train"],
        eval_dataset=data.get("validation"),
        processing_class=${isText ? "tokenizer" : "processor"},
    )
    trainer.train()
    trainer.save_model()
`;
}

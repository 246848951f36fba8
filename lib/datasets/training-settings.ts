/**
 * How the published method trains (LongPerceptualThoughts, arXiv 2504.15362), in one place for the card and for every
 * configuration and script that an export ships. Where its parts differ, the paper decides: its appendix has a β of 1
 * and its released file 0.2.
 */
export const TRAINING = {
  sft: { learningRate: 1e-5, epochs: 5 },
  /** The method names no number of epochs. */
  dpo: { learningRate: 1e-6, epochs: 1, beta: 1, releasedBeta: 0.2 },
  /** Of process reward models the method trains none: these are ours. */
  stepwise: { learningRate: 1e-5, epochs: 1 },
  /** Records, or pairs, to a step. */
  batch: 256,
} as const;

/** A learning rate as people write it: `1e-5`. */
export function toScientific(rate: number): string {
  return rate.toExponential();
}

/** The same for YAML 1.1, as PyYAML reads it: `1.0e-5`, since `1e-5` is a text there. */
export function toYamlRate(rate: number): string {
  const [digits = "", exponent = ""] = rate.toExponential().split("e");
  return `${digits.includes(".") ? digits : `${digits}.0`}e${exponent}`;
}

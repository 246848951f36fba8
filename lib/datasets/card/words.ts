import type { Basis, CardFacts, ErrorRateFacts, ShareFacts } from "#lib/datasets/card/facts-schema.ts";
import { count, dollars, percent, plural } from "#lib/datasets/card/numbers.ts";
import { MIN_IMAGES, MIN_JUDGED } from "#lib/insights/trust.ts";

/** What the card's figures say, in sentences: the same in the file and on the screen. */

export interface Statement {
  headline: string;
  grounds: string[];
}

const ORDER_WORDS: Record<string, string> = {
  image: "by image",
  uncertain: "what the machine is least sure of first",
  stratified: "kinds and types in turn",
  random: "at random",
  newest: "the newest first",
  view: "those of a saved view first",
  settle: "as disputes and flags",
  opened: "opened by hand",
  none: "not recorded",
};

export function errorRateWords(facts: ErrorRateFacts): Statement {
  const { approved, coverage } = facts;
  return {
    headline: approved.share
      ? `About ${percent(approved.share.value)} of what one person approved, another would reject (95 % interval ${rangeOf(approved)}).`
      : "How much of what one person approved another would reject cannot be said.",
    grounds: [
      secondLookWords(approved),
      coverageWords(coverage),
      generatedWords(facts),
      ordersWords(facts),
    ].filter((words) => words !== ""),
  };
}

function secondLookWords(approved: ErrorRateFacts["approved"]): string {
  if (!approved.share) {
    return approved.cases === 0
      ? "No trace that one person approved was judged by a second who did not know of it."
      : `Only ${plural(approved.cases, "trace")} on ${plural(approved.images, "image")} that one person had approved were judged by a second; less than ${MIN_JUDGED} on ${MIN_IMAGES} images say nothing about a whole.`;
  }
  const found = `Of ${plural(approved.cases, "trace")} on ${plural(approved.images, "image")} that one person had approved, a second, judging the same text without knowing of it, rejected ${count(approved.hits)}. A second who changed the text in place of rejecting it is not counted among these. Traces of one image go together in the interval.`;
  return `${found} ${SECOND_BASIS[approved.basis]}`;
}

const SECOND_BASIS: Record<Basis, string> = {
  census: "Nearly all that was approved got such a second look, so this speaks for all of it.",
  random:
    "They came to the second person at random, so this speaks for all approved texts that waited for a second look.",
  judged:
    "Which traces got a second look was not left to chance: this speaks for those, and for others at most by likeness.",
  none: "",
};

function coverageWords({ nobody, one, several }: ErrorRateFacts["coverage"]): string {
  const parts = [
    one > 0 ? `${count(one)} by one person` : "",
    several > 0 ? `${count(several)} by two or more` : "",
    nobody > 0 ? `${count(nobody)} in bulk only, read one by one by nobody` : "",
  ].filter((part) => part !== "");
  if (parts.length === 0) return "";
  return `Texts in this version were approved: ${parts.join(", ")}.${several > 0 ? " What two approved is likelier to be right than this figure says; by how much was not measured." : ""}`;
}

function generatedWords({ generated, orders }: ErrorRateFacts): string {
  if (!generated.share) {
    return generated.cases === 0
      ? "Nobody has judged a trace one at a time."
      : `Only ${plural(generated.cases, "trace")} on ${plural(generated.images, "image")} were judged one at a time: too few to say how much of what reaches review is rejected.`;
  }
  return `Of ${plural(generated.cases, "trace")} on ${plural(generated.images, "image")} that reached review and were decided one at a time, ${count(generated.hits)} are rejected: ${percent(generated.share.value)} (95 % interval ${rangeOf(generated)}). ${generated.basis === "random" ? randomWords(orders) : FIRST_BASIS[generated.basis]}`;
}

/** A draw at random is one of what waits: what came to people in another order before had left by then. */
function randomWords(orders: ErrorRateFacts["orders"]): string {
  const others = orders.reduce((sum, { order, traces }) => sum + (order === "random" ? 0 : traces), 0);
  return others === 0
    ? "They came out of a random audit, so this speaks for all that reached review."
    : `They came out of a random audit, so this speaks for what was waiting when they were drawn. ${plural(others, "trace")} had come to people in another order: what left the queue that way before the draw is not spoken for.`;
}

const FIRST_BASIS: Record<Exclude<Basis, "random">, string> = {
  census: "That is nearly all that reached review.",
  judged: "They came in the queue's order, so this speaks for them and not for the rest.",
  none: "",
};

function ordersWords({ orders, generated }: ErrorRateFacts): string {
  if (generated.cases === 0 || orders.length === 0) return "";
  const named = orders
    .map(({ order, traces }) => `${ORDER_WORDS[order] ?? order} (${count(traces)})`)
    .join(", ");
  const isTilted = generated.basis === "judged" && orders.some(({ order }) => order === "uncertain");
  return `Traces came to whoever judged them first: ${named}.${isTilted ? " An order that begins with what is least sure finds more errors than there are on average." : ""}`;
}

function rangeOf({ share }: ShareFacts): string {
  return share ? `${percent(share.low)} to ${percent(share.high)}` : "";
}

export function agreementWords(facts: CardFacts["agreement"]): Statement {
  const { compared, unanimous, percent: same, alpha, reliability } = facts;
  if (compared === 0) {
    return {
      headline: "Whether reviewers agree is not known: no text was judged by two of them independently.",
      grounds: [],
    };
  }
  const grounds = [`${plural(compared, "text")} judged by two or more, all alike on ${count(unanimous)}.`];
  if (alpha.value === null) {
    return {
      headline: `Reviewers agree on ${count(unanimous)} of ${plural(compared, "text")} that two or more judged independently.`,
      grounds: [...grounds, "Where nobody ever differs, agreement beyond chance cannot be computed."],
    };
  }
  const interval =
    alpha.low === null || alpha.high === null
      ? "too few images for an interval"
      : `95 % interval ${alpha.low.toFixed(2)} to ${alpha.high.toFixed(2)}, resampled by image`;
  return {
    headline: `Krippendorff’s α = ${alpha.value.toFixed(2)} (${interval}): ${RELIABILITY[reliability]}.`,
    grounds: [
      ...grounds,
      same.value === null ? "" : `Pairs of verdicts on one text are the same in ${percent(same.value)}.`,
    ].filter((words) => words !== ""),
  };
}

const RELIABILITY: Record<CardFacts["agreement"]["reliability"], string> = {
  reliable: "reliable by the customary bound of 0.80",
  tentative: "above 0.667, which allows tentative conclusions",
  poor: "below 0.667, so verdicts depend on who gave them",
  unclear: "the interval is too wide to call it reliable or not",
  none: "not measured",
};

export function priceWords({
  calls,
  unpricedCalls,
  costMicros,
  approved,
  perApprovedMicros,
}: CardFacts["price"]): Statement {
  if (calls === 0) {
    return {
      headline: "What it cost is not known: no model was called from here.",
      grounds: ["The texts were made elsewhere and brought in, or written by people."],
    };
  }
  const rest =
    "All calls of the project count, also those whose texts came to nothing; the reviewers’ time does not.";
  if (perApprovedMicros === null) {
    return {
      headline:
        approved === 0
          ? "Nothing is approved, so there is no price of an approved trace."
          : "What it cost is not known.",
      grounds: [
        approved === 0
          ? `${plural(calls, "call")} cost ${dollars(costMicros)} as far as prices are known.`
          : `The price of none of the ${plural(calls, "call")} is known.`,
      ],
    };
  }
  const basis = `${dollars(costMicros)} for ${plural(calls, "call")}, over ${plural(approved, "approved trace")}.`;
  return unpricedCalls === 0
    ? { headline: `${dollars(perApprovedMicros)} for each approved trace.`, grounds: [basis, rest] }
    : {
        headline: `At least ${dollars(perApprovedMicros)} for each approved trace: prices are partly unknown.`,
        grounds: [basis, `The price of ${plural(unpricedCalls, "call")} is not known.`, rest],
      };
}

export function contaminationWords(facts: CardFacts["contamination"]): Statement {
  if (facts.state === "not-checked") {
    return {
      headline: "Not checked.",
      grounds: [
        "Whether pictures or questions of benchmarks are among these was not looked at before the version was frozen.",
      ],
    };
  }
  const hits = facts.benchmarks.filter(({ images, questions }) => images + questions > 0);
  const { images: unseenImages = 0, questions: unseenQuestions = 0 } = facts.notCompared ?? {};
  const isPartial = unseenImages + unseenQuestions > 0;
  return {
    headline:
      hits.length === 0
        ? `Nothing like ${facts.benchmarks.map(({ name }) => name).join(", ")} was found${isPartial ? ", and not all of it was looked at" : ""}.`
        : "Some of it is like parts of benchmarks: leave it out, or don’t report on those.",
    grounds: [
      ...facts.benchmarks.map(
        ({ name, images, questions }) =>
          `${name}: ${plural(images, "picture")}, ${plural(questions, "question")}.`,
      ),
      facts.comparedAt
        ? `Compared on ${facts.comparedAt.slice(0, 10)} at ${facts.comparedAt.slice(11, 16)} UTC, with what the project held at that moment.`
        : "",
      isPartial
        ? `Not compared: ${plural(unseenImages, "picture")}, ${plural(unseenQuestions, "question")}. They came after the comparison, or could not be opened.`
        : "",
    ].filter((words) => words !== ""),
  };
}

export function behaviourWords({ sampled, of, method }: CardFacts["behaviours"]): string {
  return sampled === 0
    ? "No thought was looked at."
    : `Means over ${sampled === of ? plural(of, "thought") : `${count(sampled)} of ${plural(of, "thought")}`}, read by word patterns of English (${method}). Nothing is understood, so this tells sets of one kind apart and is not comparable with counts by a model.`;
}

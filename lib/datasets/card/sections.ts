import { BEHAVIOUR_LABELS, BEHAVIOURS } from "#lib/checks/behaviours.ts";
import { CHECK_NAMES } from "#lib/checks/labels.ts";
import type { CardFacts, FigureSource } from "#lib/datasets/card/facts-schema.ts";
import { FUNNEL_LABELS } from "#lib/datasets/card/figures.ts";
import type { LicenceReading } from "#lib/datasets/card/licences.ts";
import { list, escapeMarkdown as md, table } from "#lib/datasets/card/markdown.ts";
import { count, percent, plural } from "#lib/datasets/card/numbers.ts";
import {
  agreementWords,
  behaviourWords,
  contaminationWords,
  errorRateWords,
  priceWords,
  type Statement,
} from "#lib/datasets/card/words.ts";
import { LEFT_OUT_LABELS, type VersionSummary } from "#lib/datasets/schema.ts";

export interface Section {
  title: string;
  body: string;
}

export type LeftOut = VersionSummary["leftOut"];

export const KIND_NOTES: Record<string, string> = {
  O: "right at first sight",
  OO: "right, and right again after a second look",
  XO: "wrong at first, right after a second look",
};

export function madeSection({ made }: CardFacts): Section {
  const { makers, prompts, importedRuns } = made;
  return section("How it was made", made.source, [
    makers.length > 0
      ? table(
          ["stage", "model", "prompt", "parameters", "texts"],
          makers.map(({ stage, model, prompt, parameters, records }) => [
            String(stage),
            md(model),
            prompt === null ? "not known" : md(prompt),
            md(
              Object.entries(parameters)
                .map(([name, value]) => `${name} ${JSON.stringify(value)}`)
                .join(", "),
            ) || "–",
            count(records),
          ]),
        )
      : "Which models wrote it was not recorded.",
    prompts.length > 0
      ? `Prompts by the SHA-256 of their words: ${prompts.map(({ name, version, hash }) => `${md(name)}@${version} \`${hash.slice(0, 16)}\``).join(", ")}.`
      : "",
    importedRuns > 0
      ? `${plural(importedRuns, "run")} of the project ${importedRuns === 1 ? "was" : "were"} made elsewhere and brought in: models and prompts of those are not known here.`
      : "",
  ]);
}

export function funnelSection({ funnel }: CardFacts, figure: string): Section {
  const grades = ({ right, wrong, ungradable }: CardFacts["funnel"]["simpleGrades"]) =>
    `${count(right)} right, ${count(wrong)} wrong, ${count(ungradable)} without a grade`;
  return section("From images to this version", funnel.source, [
    figure,
    table(
      ["step", "count"],
      funnel.steps.map(({ step, count: value }) => [FUNNEL_LABELS[step], count(value)]),
    ),
    `Simple thoughts: ${grades(funnel.simpleGrades)}. Long thoughts: ${grades(funnel.longGrades)}.`,
    funnel.questionProblems.length > 0
      ? `Questions that could not be used: ${funnel.questionProblems.map(({ reason, count: value }) => `${md(reason)} (${count(value)})`).join(", ")}.`
      : "",
  ]);
}

export function checksSection({ checks }: CardFacts, figure: string): Section {
  const rows = (figures: CardFacts["checks"]["traces"]) =>
    figures.map(({ check, pass, fail, unknown }) => [
      md(CHECK_NAMES[check] ?? check),
      count(fail),
      percent(fail / Math.max(1, pass + fail + unknown)),
      count(unknown),
      count(pass),
    ]);
  const head = ["check", "failed", "share", "unknown", "passed"];
  if (checks.traces.length === 0 && checks.questions.length === 0) return { title: "Checks", body: "" };
  return section("Checks", checks.source, [
    figure,
    checks.traces.length > 0 ? table(head, rows(checks.traces)) : "",
    checks.questions.length > 0 ? `Of questions:\n\n${table(head, rows(checks.questions))}` : "",
    `${plural(checks.tracesWithFailure, "trace")} of the project failed at least one. A check deletes nothing: what fails stays out of the queue unless somebody takes it in.`,
  ]);
}

export function compositionSection(card: CardFacts | null, summary: VersionSummary, figure: string): Section {
  const rows = card
    ? card.composition.rows.map((row) => [row.part, md(row.kind), row.split, count(row.count)])
    : Object.entries(summary.byKind).map(([kind, value]) => ["sft", md(kind), "train", count(value)]);
  return section("Composition", card?.composition.source ?? SUMMARY_SOURCE, [
    figure,
    rows.length > 0 ? table(["part", "kind", "split", "lines"], rows) : "",
    "O and X say whether the answer is the key: first that of the simple thought, then that of the long one. Splits are by image: no image is on two sides.",
  ]);
}

export function leftOutSection(leftOut: LeftOut): Section {
  const totals = new Map<string, number>();
  for (const { reason, count: value } of leftOut) totals.set(reason, (totals.get(reason) ?? 0) + value);
  if (totals.size === 0) return { title: "What was left out", body: "" };
  return section("What was left out", SUMMARY_SOURCE, [
    table(
      ["why", "traces"],
      [...totals].map(([reason, value]) => [
        LEFT_OUT_LABELS[reason as keyof typeof LEFT_OUT_LABELS] ?? md(reason),
        count(value),
      ]),
    ),
  ]);
}

export function qualitySection(card: CardFacts, figure: string): Section {
  const { reviewers, agreement, errorRate } = card;
  const { single, bulk } = reviewers;
  const people =
    reviewers.people === 0
      ? "No verdict stands."
      : `${reviewers.people === 1 ? "One person" : `${count(reviewers.people)} people`} gave ${plural(single.approved + single.rejected, "verdict")} one at a time (${count(single.approved)} approvals, ${count(single.rejected)} rejections)${bulk.approved + bulk.rejected > 0 ? ` and ${count(bulk.approved + bulk.rejected)} in bulk` : ""}.${reviewers.verdictsEach.length > 1 ? ` Of these each gave ${reviewers.verdictsEach.map(count).join(", ")}.` : ""}`;
  return section("Quality, as people judged it", null, [
    figure,
    statement(errorRateWords(errorRate)),
    sourceLine(errorRate.source),
    `### Reviewers and agreement\n\n${people}`,
    sourceLine(reviewers.source),
    statement(agreementWords(agreement)),
    sourceLine(agreement.source),
  ]);
}

export function lengthsSection({ lengths }: CardFacts, figure: string): Section {
  if (lengths.records.length === 0 && lengths.pairs.length === 0) return { title: "Lengths", body: "" };
  const one = (value: number) => value.toFixed(0);
  return section("Lengths", lengths.source, [
    figure,
    lengths.records.length > 0
      ? table(
          ["kind", "records", "mean words", "10 %", "median", "90 %", "longest"],
          lengths.records.map((row) => [
            md(row.kind),
            count(row.count),
            ...[row.mean, row.p10, row.median, row.p90, row.max].map(one),
          ]),
        )
      : "",
    lengths.pairs.length > 0
      ? table(
          ["pair", "count", "chosen, mean words", "rejected, mean words", "chosen is longer"],
          lengths.pairs.map((row) => [
            md(row.kind),
            count(row.count),
            one(row.chosen.mean),
            one(row.rejected.mean),
            percent(row.chosenLonger / Math.max(1, row.count)),
          ]),
        )
      : "",
  ]);
}

/** `source` is null for versions from before cards were kept: then the version's own summary says it. */
export function typesSection(
  types: readonly { type: string; count: number }[],
  source: FigureSource | null,
): Section {
  if (types.length === 0) return { title: "Reasoning types", body: "" };
  return section("Reasoning types", source ?? SUMMARY_SOURCE, [
    table(
      ["type", "lines"],
      types.map(({ type, count: value }) => [md(type), count(value)]),
    ),
  ]);
}

export function behavioursSection({ behaviours }: CardFacts): Section {
  if (behaviours.sampled === 0) return { title: "Behaviours", body: "" };
  return section("Behaviours", behaviours.source, [
    table(
      ["behaviour", "mean per thought", "what it does"],
      BEHAVIOURS.map((name) => [
        BEHAVIOUR_LABELS[name].name,
        (behaviours.means[name] ?? 0).toFixed(2),
        BEHAVIOUR_LABELS[name].does,
      ]),
    ),
    behaviourWords(behaviours),
  ]);
}

export function priceSection({ price }: CardFacts): Section {
  return section("Price", price.source, [statement(priceWords(price))]);
}

export function licencesSection(reading: LicenceReading, { licences }: CardFacts): Section {
  return section("Licences of the pictures", licences.source, [
    reading.warnings.length > 0 ? list(reading.warnings.map(md)) : "",
    reading.rows.length > 0
      ? table(
          ["licence", "pictures", "sources"],
          reading.rows.map(({ licence, images, sources }) => [
            licence === null ? "not known" : md(licence),
            count(images),
            sources.length === 0 ? "not known" : sources.map(md).join("; "),
          ]),
        )
      : "",
    "As the import gave them. What well-known licences ask for is read from their names; it is no advice of a lawyer, and the terms of the models that wrote the texts come on top.",
  ]);
}

export function contaminationSection({ contamination }: CardFacts): Section {
  return section("Contamination", contamination.source, [statement(contaminationWords(contamination))]);
}

function statement({ headline, grounds }: Statement): string {
  return [`**${md(headline)}**`, grounds.length > 0 ? list(grounds.map(md)) : ""]
    .filter((part) => part !== "")
    .join("\n\n");
}

function section(title: string, source: FigureSource | null, parts: readonly string[]): Section {
  return {
    title,
    body: [...parts, source ? sourceLine(source) : ""].filter((part) => part !== "").join("\n\n"),
  };
}

/** What is counted while a version is frozen, and kept with it. */
export const SUMMARY_SOURCE: FigureSource = {
  query: "SummaryCounter: what the version’s recipe met, counted while it was frozen",
  screen: null,
};

/** What is counted while an export of it is written. */
export const EXPORT_SOURCE: FigureSource = {
  query: "ExportTally: counted while this export was written, as in manifest.json",
  screen: null,
};

export function sourceLine({ query }: FigureSource): string {
  return `<sub>From ${md(query)}.</sub>`;
}

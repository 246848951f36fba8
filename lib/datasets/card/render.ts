import { toSvg } from "#lib/datasets/card/drawing.ts";
import type { CardFacts } from "#lib/datasets/card/facts-schema.ts";
import { drawFigures } from "#lib/datasets/card/figures.ts";
import { weighLicences } from "#lib/datasets/card/licences.ts";
import { escapeBibtex, escapeMarkdown as md } from "#lib/datasets/card/markdown.ts";
import { cardMetadata, type ExportInfo } from "#lib/datasets/card/metadata.ts";
import { count, plural } from "#lib/datasets/card/numbers.ts";
import {
  behavioursSection,
  checksSection,
  compositionSection,
  contaminationSection,
  EXPORT_SOURCE,
  funnelSection,
  type LeftOut,
  leftOutSection,
  lengthsSection,
  licencesSection,
  madeSection,
  priceSection,
  qualitySection,
  type Section,
  SUMMARY_SOURCE,
  sourceLine,
  typesSection,
} from "#lib/datasets/card/sections.ts";
import type { Recipe, VersionSummary } from "#lib/datasets/schema.ts";
import { TRAINING, toScientific } from "#lib/datasets/training-settings.ts";
import { VERSION_PARTS } from "#lib/datasets/version-schema.ts";

/** What a card needs of the version itself; `VersionFacts` of the manifest has all of it. */
export interface CardVersion {
  projectName: string;
  datasetName: string;
  versionId: string;
  versionNumber: number;
  /** ISO 8601, in UTC. */
  createdAt: string;
  recordCount: number;
  contentHash?: string;
  recipe: Recipe;
  summary: VersionSummary;
}

export interface RenderedCard {
  readme: string;
  /** The figures, as `card/<name>.svg`. */
  files: { path: string; text: string }[];
}

/**
 * The card of a version for one export of it: a README with the Hub's metadata and the figures that it shows. A pure
 * function of what was frozen: the same input gives the same bytes. `card` is null for versions from before such facts
 * were kept; the card then says what the version's own summary says, and names what is missing.
 */
export function renderCard(input: {
  facts: CardVersion;
  card: CardFacts | null;
  exportInfo: ExportInfo;
}): RenderedCard {
  const { facts, card, exportInfo } = input;
  const licences = weighLicences(card?.licences.rows ?? [], exportInfo.images);
  const lines = linesOf(facts, card);
  const title = `${facts.datasetName}, version ${facts.versionNumber}`;
  const metadata = cardMetadata({
    title,
    licence: licences.hubLicence,
    info: exportInfo,
    parts: VERSION_PARTS.filter((part) => lines[part] > 0),
    lines: lines.sft + lines.preference + lines.steps,
    isSimulated: facts.summary.simulated > 0,
    language: card?.language.code ?? null,
  });
  const drawings = card ? drawFigures(card) : [];
  const figure = (name: string) => {
    const drawing = drawings.find((one) => one.name === name);
    return drawing ? `![${md(drawing.description)}](card/${name}.svg)` : "";
  };
  const leftOut: LeftOut = facts.summary.leftOut;
  const sections: Section[] = [
    ...exportInfo.sections.map((section) =>
      section.title === FILES_TITLE
        ? { ...section, body: `${section.body.trim()}\n\n${sourceLine(EXPORT_SOURCE)}` }
        : section,
    ),
    ...(card
      ? [
          madeSection(card),
          funnelSection(card, figure("funnel")),
          checksSection(card, figure("checks")),
          compositionSection(card, facts.summary, figure("kinds")),
          leftOutSection(leftOut),
          qualitySection(card, figure("error-rate")),
          lengthsSection(card, figure("lengths")),
          typesSection(card.composition.reasoningTypes, card.composition.source),
          behavioursSection(card),
          priceSection(card),
          licencesSection(licences, card),
          contaminationSection(card),
        ]
      : [
          {
            title: "What was not kept",
            body: "This version was frozen before cards were kept with versions: its funnel, checks, error rates, prices, lengths and licences as they were then cannot be told any more. What follows comes from the version’s own summary.",
          },
          compositionSection(null, facts.summary, ""),
          leftOutSection(leftOut),
          typesSection(
            Object.entries(facts.summary.byReasoningType).map(([type, value]) => ({ type, count: value })),
            null,
          ),
        ]),
    limitsSection(facts, card),
    trainingSection(lines),
    citationSection(facts),
  ];
  const body = sections
    .filter(({ body: text }) => text.trim() !== "")
    .map(({ title: heading, body: text }) => `## ${heading}\n\n${text.trim()}`)
    .join("\n\n");
  return {
    readme: `${metadata}\n# ${md(title)}\n\n${introduction(facts, lines, card, exportInfo.takenDown ?? 0)}\n\n${body}\n`,
    files: drawings.map((drawing) => ({ path: `card/${drawing.name}.svg`, text: toSvg(drawing) })),
  };
}

/** The section of a format's notes that counts rows. */
const FILES_TITLE = "Files";

type Lines = Record<(typeof VERSION_PARTS)[number], number>;

function linesOf({ recordCount, summary }: CardVersion, card: CardFacts | null): Lines {
  const of = (part: keyof Lines) =>
    summary.parts?.[part]?.lines ??
    (card?.composition.rows ?? [])
      .filter((row) => row.part === part)
      .reduce((sum, row) => sum + row.count, part === "sft" && !card ? recordCount : 0);
  return { sft: of("sft"), preference: of("preference"), steps: of("steps") };
}

function introduction(facts: CardVersion, lines: Lines, card: CardFacts | null, takenDown: number): string {
  const gaps =
    takenDown > 0
      ? ` **${plural(takenDown, "line")} of these ${takenDown === 1 ? "is" : "are"} not in this export**: the pictures were taken down after the version was frozen. What follows counts the version as it was frozen.`
      : "";
  const simulated =
    facts.summary.simulated > 0
      ? `> **Simulated.** ${count(facts.summary.simulated)} of ${plural(lines.sft + lines.preference + lines.steps, "line")} were written by a simulator and not by a model. They show the form of the data and are no material for training.\n\n`
      : "";
  const holds = [
    lines.sft > 0
      ? plural(lines.sft, "record for supervised training", "records for supervised training")
      : "",
    lines.preference > 0 ? plural(lines.preference, "preference pair") : "",
    lines.steps > 0 ? plural(lines.steps, "thought judged step by step", "thoughts judged step by step") : "",
  ].filter((words) => words !== "");
  const images = card?.composition.images ?? facts.summary.images;
  return `${simulated}${withdrawnBefore(card)}Visual reasoning in long thoughts: a model looks at a picture and answers, a reasoning model takes a second look, a person decides whether the result may be trained on. This version holds ${joined(holds)} on ${plural(images, "image")}, frozen on ${facts.createdAt.slice(0, 10)} from the project “${md(facts.projectName)}”. It never changes; its parts and their hashes stand in \`manifest.json\`.${gaps}\n\n${sourceLine(card?.composition.source ?? SUMMARY_SOURCE)}`;
}

/** Whoever has trained on an earlier version learns it from the card of a later one. */
function withdrawnBefore(card: CardFacts | null): string {
  return (card?.withdrawnVersions ?? [])
    .map(
      ({ number, at, reason }) =>
        `> **Version ${number} was withdrawn** on ${at.slice(0, 10)} and is not to be used any more${reason ? `: ${md(reason.replace(/\s+/gu, " "))}` : "."}\n\n`,
    )
    .join("");
}

function limitsSection({ summary, recipe }: CardVersion, card: CardFacts | null): Section {
  const longer = card?.lengths.pairs.reduce((sum, { chosenLonger }) => sum + chosenLonger, 0) ?? 0;
  const pairs = card?.lengths.pairs.reduce((sum, { count: value }) => sum + value, 0) ?? 0;
  const elsewhere = summary.pairs.find(({ kind }) => kind === "elsewhere")?.kept ?? 0;
  const isLopsided = pairs >= 20 && (longer > 0.6 * pairs || longer < 0.4 * pairs);
  const items = [
    "Questions are made from dense descriptions: what a description leaves out is asked about by none, and where it is wrong the key can be, too.",
    "The second look is written by a model that does not see the picture. Reviewers do; what they miss stays.",
    "Grading compares an answer with the key of a multiple-choice question. A right answer can stand on wrong reasoning, which is what review is for.",
    summary.approvals.despiteFailedChecks > 0
      ? `${plural(summary.approvals.despiteFailedChecks, "record")} ${summary.approvals.despiteFailedChecks === 1 ? "was" : "were"} approved although a check had failed.`
      : "",
    (summary.approvals.bySource.bulk ?? 0) > 0
      ? `${plural(summary.approvals.bySource.bulk ?? 0, "approval")} ${summary.approvals.bySource.bulk === 1 ? "was" : "were"} given in bulk: nobody read those one at a time.`
      : "",
    isLopsided
      ? `The chosen side is the longer one in ${count(longer)} of ${plural(pairs, "pair")}: a model can learn length in place of quality. ${recipe.preference?.lengthMatching ? "Pairs were matched by length as far as there were partners." : "Pairs were not matched by length."}`
      : "",
    elsewhere > 0
      ? `In ${plural(elsewhere, "pair")} (“elsewhere”) an imported file says which side is the better one, and no person of this project: who preferred it there, and why, is as good as that file. People here approved each chosen side, and each rejected side answers wrongly or was rejected here. The lines name file and line of each.`
      : "",
    card?.language.code === "en" ? "The texts are in English." : "",
  ];
  return {
    title: "Known limits",
    body: [
      items
        .filter((item) => item !== "")
        .map((item) => `- ${item}`)
        .join("\n"),
      sourceLine(SUMMARY_SOURCE),
      isLopsided && card ? sourceLine(card.lengths.source) : "",
      card?.language.code ? sourceLine(card.language.source) : "",
    ]
      .filter((part) => part !== "")
      .join("\n\n"),
  };
}

function trainingSection(lines: Lines): Section {
  const parts = [
    lines.sft > 0
      ? `**Supervised first**: the language model alone (vision tower and projector frozen), learning rate ${toScientific(TRAINING.sft.learningRate)}, at most ${TRAINING.sft.epochs} epochs, batches of ${TRAINING.batch}, pictures of at most 512 × 512 pixels in area. In an X→O record the wrong first thought is context and must take no loss: training on it teaches the mistake. Keep the cut-off above the longest record (the published 1,024 tokens cut some; the released file says 2,048).`
      : "",
    lines.preference > 0
      ? `**Then preferences**, from the supervised model: DPO, learning rate ${toScientific(TRAINING.dpo.learningRate)}, β = ${TRAINING.dpo.beta} as in the paper’s appendix (the released file says ${TRAINING.dpo.releasedBeta}). What both sides share cancels in sigmoid DPO; it does not where the chosen side is also trained by itself (\`pref_ftx\`, ORPO, SimPO).`
      : "",
    lines.steps > 0
      ? "**Steps** carry what reviewers said of each, with the places in the picture that they marked: material for process reward models and for grounded reasoning."
      : "",
  ].filter((part) => part !== "");
  return {
    title: "How to train",
    body: [
      ...parts,
      "These settings are the published method’s (LongPerceptualThoughts, arXiv 2504.15362). No training run was made with this version.",
    ].join("\n\n"),
  };
}

function citationSection(facts: CardVersion): Section {
  const year = facts.createdAt.slice(0, 4);
  const key = facts.versionId.slice(0, 8);
  return {
    title: "How to cite",
    body: [
      "```bibtex",
      `@misc{secondlook-${key},`,
      `  title = {${escapeBibtex(facts.datasetName)}, version ${facts.versionNumber}},`,
      `  howpublished = {${escapeBibtex(facts.projectName)}, made with Second Look},`,
      `  year = {${year}},`,
      `  note = {Version ${facts.versionId}}`,
      "}",
      "",
      "@article{liao2025longperceptualthoughts,",
      "  title = {LongPerceptualThoughts: Distilling System-2 Reasoning for System-1 Perception},",
      "  author = {Liao and others},",
      "  journal = {arXiv preprint arXiv:2504.15362},",
      "  year = {2025}",
      "}",
      "```",
    ].join("\n"),
  };
}

function joined(parts: readonly string[]): string {
  if (parts.length === 0) return "nothing";
  return parts.length === 1 ? (parts[0] ?? "") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1) ?? ""}`;
}

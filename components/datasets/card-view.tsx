import Link from "next/link";
import { CardFigure } from "#components/datasets/card-figure.tsx";
import { CardSection, CardTable, StatementBlock } from "#components/datasets/card-parts.tsx";
import { WithdrawnNotice } from "#components/datasets/withdrawn-notice.tsx";
import { formatCount, formatPlural } from "#components/ui/format.ts";
import { Notice } from "#components/ui/page.tsx";
import { BEHAVIOUR_LABELS, BEHAVIOURS } from "#lib/checks/behaviours.ts";
import { CHECK_NAMES } from "#lib/checks/labels.ts";
import type { CardFacts } from "#lib/datasets/card/facts-schema.ts";
import { drawChecks, drawErrorRate, drawFunnel, drawKinds, drawLengths } from "#lib/datasets/card/figures.ts";
import { weighLicences } from "#lib/datasets/card/licences.ts";
import { percent } from "#lib/datasets/card/numbers.ts";
import {
  agreementWords,
  behaviourWords,
  contaminationWords,
  errorRateWords,
  priceWords,
} from "#lib/datasets/card/words.ts";

/** What a version's card says, with every figure's way back to where it comes from. */
export function CardView({ projectId, card }: { projectId: string; card: CardFacts }) {
  const { composition, funnel, checks, made, reviewers, agreement, errorRate, lengths, behaviours } = card;
  const base = `/projects/${projectId}`;
  const licences = weighLicences(card.licences.rows, null);
  const { single, bulk } = reviewers;
  return (
    <>
      {card.withdrawnVersions.length > 0 ? (
        <div className="mb-6 grid gap-3">
          {card.withdrawnVersions.map(({ number, ...withdrawn }) => (
            <WithdrawnNotice
              key={number}
              withdrawn={withdrawn}
              what={`Before this was frozen, version ${number}`}
            />
          ))}
        </div>
      ) : null}
      <CardSection projectId={projectId} title="Quality, as people judged it" sources={[errorRate.source]}>
        <StatementBlock statement={errorRateWords(errorRate)} />
        <CardFigure drawing={drawErrorRate(errorRate)} />
      </CardSection>
      <CardSection
        projectId={projectId}
        title="Reviewers and agreement"
        sources={[reviewers.source, agreement.source]}
      >
        <p className="max-w-[72ch] text-ink-2">
          {reviewers.people === 0
            ? "No verdict stands."
            : `${formatPlural(reviewers.people, "person", "people")} gave ${formatPlural(single.approved + single.rejected, "verdict")} one at a time: ${formatPlural(single.approved, "approval")}, ${formatPlural(single.rejected, "rejection")}${bulk.approved + bulk.rejected > 0 ? `; and ${formatCount(bulk.approved + bulk.rejected)} in bulk` : ""}.`}
        </p>
        <StatementBlock statement={agreementWords(agreement)} />
      </CardSection>
      <CardSection projectId={projectId} title="From images to this version" sources={[funnel.source]}>
        <CardFigure drawing={drawFunnel(funnel)} />
        {funnel.questionProblems.length > 0 ? (
          <p className="max-w-[72ch] text-ink-3 text-sm">
            Questions that could not be used:{" "}
            {funnel.questionProblems
              .map(({ reason, count }) => `${reason} (${formatCount(count)})`)
              .join(", ")}
            .
          </p>
        ) : null}
      </CardSection>
      {checks.traces.length > 0 ? (
        <CardSection projectId={projectId} title="What each check rejected" sources={[checks.source]}>
          <CardFigure drawing={drawChecks(checks)} />
          <CardTable
            head={["Check", "Failed", "Share", "Unknown", "Passed"]}
            rows={checks.traces.map(({ check, pass, fail, unknown }) => ({
              key: check,
              cells: [
                fail > 0 ? (
                  <Link
                    key={check}
                    href={`${base}/traces?check=${encodeURIComponent(check)}`}
                    className="link"
                  >
                    {CHECK_NAMES[check] ?? check}
                  </Link>
                ) : (
                  (CHECK_NAMES[check] ?? check)
                ),
                formatCount(fail),
                percent(fail / Math.max(1, pass + fail + unknown)),
                formatCount(unknown),
                formatCount(pass),
              ],
            }))}
          />
        </CardSection>
      ) : null}
      <CardSection
        projectId={projectId}
        title="Kinds and lengths"
        sources={[composition.source, lengths.source]}
      >
        <CardFigure drawing={drawKinds(composition)} />
        <CardFigure drawing={drawLengths(lengths)} />
        {lengths.pairs.length > 0 ? (
          <CardTable
            head={["Pair", "Count", "Chosen, words", "Rejected, words", "Chosen is longer"]}
            rows={lengths.pairs.map((row) => ({
              key: row.kind,
              cells: [
                row.kind,
                formatCount(row.count),
                row.chosen.mean.toFixed(0),
                row.rejected.mean.toFixed(0),
                percent(row.chosenLonger / Math.max(1, row.count)),
              ],
            }))}
          />
        ) : null}
      </CardSection>
      {behaviours.sampled > 0 ? (
        <CardSection projectId={projectId} title="Behaviours" sources={[behaviours.source]}>
          <CardTable
            words={2}
            head={["Behaviour", "What a step of it does", "Mean per thought"]}
            rows={BEHAVIOURS.map((name) => ({
              key: name,
              cells: [
                BEHAVIOUR_LABELS[name].name,
                BEHAVIOUR_LABELS[name].does,
                (behaviours.means[name] ?? 0).toFixed(2),
              ],
            }))}
          />
          <p className="max-w-[72ch] text-ink-3 text-sm">{behaviourWords(behaviours)}</p>
        </CardSection>
      ) : null}
      <CardSection projectId={projectId} title="Price" sources={[card.price.source]}>
        <StatementBlock statement={priceWords(card.price)} />
      </CardSection>
      <CardSection projectId={projectId} title="Licences of the pictures" sources={[card.licences.source]}>
        {licences.warnings.length > 0 ? (
          <Notice tone="unsure" title="What the licences ask for or leave open">
            <ul className="grid gap-1">
              {licences.warnings.map((warning) => (
                <li key={warning}>{warning}</li>
              ))}
            </ul>
          </Notice>
        ) : null}
        <CardTable
          words={2}
          head={["Licence", "Sources", "Pictures"]}
          rows={licences.rows.map(({ licence, sources, images }) => ({
            key: licence ?? "",
            cells: [licence ?? "not known", sources.join("; ") || "not known", formatCount(images)],
          }))}
        />
      </CardSection>
      <CardSection projectId={projectId} title="Contamination" sources={[card.contamination.source]}>
        <StatementBlock statement={contaminationWords(card.contamination)} />
      </CardSection>
      {made.prompts.length > 0 ? (
        <CardSection projectId={projectId} title="Prompts" sources={[made.source]}>
          <CardTable
            words={3}
            head={["Prompt", "Version", "SHA-256 of its words"]}
            rows={made.prompts.map(({ name, version, hash }) => ({
              key: `${name}@${version}`,
              cells: [
                name,
                String(version),
                <code key="hash" className="break-all font-mono text-xs">
                  {hash.slice(0, 24)}
                </code>,
              ],
            }))}
          />
        </CardSection>
      ) : null}
    </>
  );
}

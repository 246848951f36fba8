import Link from "next/link";
import type { ReactNode } from "react";
import { PreviewChat } from "#components/datasets/preview-chat.tsx";
import { SimulatedBadge } from "#components/ui/badge.tsx";
import { formatCount } from "#components/ui/format.ts";
import { KindMark } from "#components/ui/kind-mark.tsx";
import type { ModelFamily } from "#lib/datasets/preview/families.ts";
import type { LinePreview } from "#lib/datasets/preview/queries.ts";
import { imageUrl } from "#lib/images/schema.ts";

const LABELS = { good: "good", doubtful: "doubtful", wrong: "wrong" } as const;

/** One line of a version: the picture, what it counts, and the chat that the model is trained on. */
export function PreviewLine({
  projectId,
  preview,
  family,
  cutoff,
}: {
  projectId: string;
  preview: LinePreview;
  family: ModelFamily;
  cutoff: number;
}) {
  const { line, tokens, picture, isExact, cut } = preview;
  const traceId = "chosen" in line ? line.chosen.traceId : line.traceId;
  const base = `/projects/${projectId}`;
  const total = tokens.source + tokens.picture + tokens.target;
  const isCut = cut.lostSource + cut.lostTarget > 0;
  return (
    <div className="grid gap-6 lg:grid-cols-[minmax(0,20rem)_minmax(0,1fr)]">
      <div className="grid content-start gap-4">
        <div className="bg-mat p-3">
          {/* biome-ignore lint/performance/noImgElement: served by the app's own route, already sized */}
          <img
            src={imageUrl(projectId, line.imageId, "view")}
            alt={line.imageName}
            className="mx-auto max-h-72 w-auto max-w-full"
          />
        </div>
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-ink-3 text-xs">
          {"chosen" in line ? <span>{line.kind}</span> : <KindMark kind={line.kind} />}
          <span>{line.question.reasoningType}</span>
          <span>{line.split}</span>
          {line.simulated ? <SimulatedBadge /> : null}
          <Link href={`${base}/traces/${traceId}`} className="link">
            its trace today
          </Link>
        </div>
        <dl className="grid grid-cols-[1fr_auto] gap-y-1 text-sm">
          <Fact
            name={
              picture.shownAs
                ? `Picture, seen as ${picture.shownAs.width} × ${picture.shownAs.height}`
                : "Picture"
            }
          >
            {formatCount(tokens.picture)}
          </Fact>
          <Fact name="Other text without loss">{formatCount(tokens.source)}</Fact>
          <Fact name={"chosen" in line ? "The longer side" : "Text with loss"}>
            {formatCount(tokens.target)}
          </Fact>
          <Fact name={isExact ? "Tokens" : "Tokens, estimated"} isTotal isWrong={isCut}>
            {formatCount(total)} of {formatCount(cutoff)}
          </Fact>
        </dl>
        <p className="text-ink-3 text-xs">
          {isExact
            ? `Counted with the tokenizer of ${family.label}.`
            : `No vocabulary of ${family.label} is here: one token for each four bytes of text is an estimate.`}{" "}
          {picture.size ? "" : "The picture’s size is not known; the most that it can take is counted. "}
          Template and picture as in {family.sources}.
        </p>
        {isCut ? (
          <p className="text-sm text-wrong">
            {cut.lostSource > 0
              ? `${formatCount(cut.lostSource)} tokens are lost before the loss begins. `
              : ""}
            {cut.lostTarget > 0
              ? `${formatCount(cut.lostTarget)} tokens are lost at the end of what is trained. `
              : ""}
            What is struck through never reaches the model.
          </p>
        ) : null}
      </div>
      <div className="grid min-w-0 content-start gap-6">
        <PreviewChat sides={preview.sides} pictureTokens={tokens.picture} />
        {"steps" in line ? (
          <ol className="grid gap-1.5">
            {line.steps.map((step) => (
              <li
                key={`${step.part} ${step.key}`}
                className="grid gap-x-4 gap-y-0.5 border-line border-b py-1.5 sm:grid-cols-[1fr_auto]"
              >
                <span className="prose-thought">{step.text}</span>
                <span className="text-ink-3 text-xs">
                  {step.label
                    ? LABELS[step.label]
                    : step.marks.length > 0
                      ? "reviewers differ"
                      : "not marked"}
                  {step.isAfterFirstError ? " · at or after the first error" : ""}
                </span>
              </li>
            ))}
          </ol>
        ) : null}
      </div>
    </div>
  );
}

function Fact({
  name,
  isTotal = false,
  isWrong = false,
  children,
}: {
  name: string;
  isTotal?: boolean;
  isWrong?: boolean;
  children: ReactNode;
}) {
  const line = isTotal ? "border-line border-t pt-1 font-medium" : "";
  return (
    <>
      <dt className={`text-ink-3 ${line}`}>{name}</dt>
      <dd className={`tabular pl-4 text-right ${line} ${isWrong ? "text-wrong" : ""}`}>{children}</dd>
    </>
  );
}

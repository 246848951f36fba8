"use client";

import dynamic from "next/dynamic";
import { useEffect, useRef } from "react";
import { AssignmentLine } from "#components/assignments/assignment-line.tsx";
import { type CommandHandlers, useCommands, useKeys } from "#components/keys/key-provider.tsx";
import { useRepairDialog } from "#components/repair/use-repair-dialog.tsx";
import { REVIEW_PANELS } from "#components/review/panels.tsx";
import { ProblemPanel } from "#components/review/problem-panel.tsx";
import { PictureNotice } from "#components/review/reading/picture-notice.tsx";
import { StepBar } from "#components/review/reading/step-bar.tsx";
import { TraceLineage } from "#components/review/reading/trace-lineage.tsx";
import type { Outbox } from "#components/review/reading/use-outbox.ts";
import type { PictureSight } from "#components/review/reading/use-picture.ts";
import type { Reading } from "#components/review/reading/use-reading.ts";
import type { Review } from "#components/review/review-types.ts";
import { useVerdict } from "#components/review/verdicts/use-verdict.ts";
import { VerdictArea } from "#components/review/verdicts/verdict-area.tsx";
import { PanelButtons, ReadingColumn } from "#components/review/workbench-layout.tsx";
import type { ReviewTraceView } from "#lib/review/notes-schema.ts";
import type { ReasonView } from "#lib/review/schema.ts";
import { isReferred } from "#lib/review/visibility.ts";

const QuestionEditor = dynamic(async () => (await import("#components/review/editors.tsx")).QuestionEditor);
const ChangesUnder = dynamic(async () => (await import("#components/review/editors.tsx")).ChangesUnder);
const BodyEditor = dynamic(async () => (await import("#components/review/editors.tsx")).BodyEditor);
const Referred = dynamic(async () => (await import("#components/review/verdicts/referred.tsx")).Referred);

export interface JudgingProps {
  projectId: string;
  reasons: ReasonView[];
  review: Review;
  trace: ReviewTraceView;
  picture: PictureSight;
  reading: Reading;
  outbox: Outbox;
  /** The panel that is open, by its name; it stays open from one trace to the next. */
  panel: string | null;
  onPanel: (name: string | null) => void;
}

/** One trace in hand beside its picture: what is read, marked and judged. Everything here begins anew with the next. */
export function Judging({ projectId, reasons, review, trace, ...props }: JudgingProps) {
  const { picture, reading, outbox, panel, onPanel } = props;
  const { openHelp } = useKeys();
  const heading = useRef<HTMLHeadingElement>(null);
  const { shownAt } = picture;
  const judgement = useVerdict({ review, trace, reasons, shownAt, focus: reading.focus });
  const repair = useRepairDialog({ projectId, trace, review, findings: reading.findings });

  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
    // On a narrow screen the page itself scrolls, and the last trace may have been a long one.
    window.scrollTo({ top: 0 });
  }, []);

  const togglePanels: CommandHandlers = Object.fromEntries(
    REVIEW_PANELS.map(({ name, command }) => [command, () => onPanel(panel === name ? null : name)]),
  );
  // Which other is meant is seen in the panel: there these two choose, and before that they open it.
  const showSiblings = () => onPanel("siblings");
  const preferring: CommandHandlers =
    panel === "siblings" ? {} : { "prefer-this": showSiblings, "prefer-other": showSiblings };
  useCommands(
    { ...preferring, ...togglePanels, ...reading.handlers, ...judgement.handlers, ...repair.handlers },
    { mode: judgement.mode, isShown: shownAt !== null },
  );

  const { mode, draft } = judgement;
  const isEditing = mode === "editing" && draft !== null;
  return (
    <ReadingColumn
      head={
        <>
          <AssignmentLine status={review.status} />
          <PanelButtons panel={panel} onPanel={onPanel} />
        </>
      }
      foot={
        <>
          <PictureNotice picture={picture} onSkip={review.skip} />
          {isEditing ? null : <StepBar reading={reading} outbox={outbox} isReady={shownAt !== null} />}
          <VerdictArea
            {...{ projectId, trace, review, reasons, judgement }}
            lastMark={outbox.last}
            isReady={shownAt !== null}
            onRepair={repair.open}
            onHelp={openHelp}
          />
        </>
      }
    >
      <h1 ref={heading} tabIndex={-1} className="sr-only">
        Reviewing a trace on {trace.image.externalId}
      </h1>
      {review.problem ? (
        <div className="mb-5">
          <ProblemPanel
            problem={review.problem}
            onAgain={judgement.askAgain(review.problem)}
            review={review}
          />
        </div>
      ) : null}
      {isEditing && judgement.changesUnder.length > 0 ? (
        <div className="mb-5">
          <ChangesUnder changes={judgement.changesUnder} />
        </div>
      ) : null}
      {isReferred(trace.state) ? <Referred trace={trace} reading={reading} /> : null}
      <TraceLineage
        trace={trace}
        reading={reading}
        isDiff={judgement.isDiff}
        questionEditor={
          isEditing && judgement.isQuestionOpen ? (
            <QuestionEditor trace={trace} draft={draft} onChange={judgement.changeDraft} />
          ) : null
        }
        bodyEditor={
          isEditing ? <BodyEditor trace={trace} draft={draft} onChange={judgement.changeDraft} /> : null
        }
      />
      {repair.dialog}
    </ReadingColumn>
  );
}

"use client";

import { Play, Square } from "lucide-react";
import { useRef } from "react";
import { LiveQuestionView } from "#components/generation/live-question.tsx";
import { useGeneration } from "#components/generation/use-generation.ts";
import { SimulatedBadge } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { formatMicros, formatPlural } from "#components/ui/format.ts";
import { Notice } from "#components/ui/page.tsx";
import type { Live } from "#lib/generation/live-state.ts";
import type { NowSubject } from "#lib/generation/now-schema.ts";

export type GenerateNowProps = { projectId: string; label?: string } & (
  | { imageId: string }
  | { questionId: string }
  | { simpleThoughtId: string }
);

/**
 * Runs the stages at once and shows the texts as they come in: on an image all three, on a question one more simple
 * thought and its second look, on a simple thought one more second look.
 */
export function GenerateNow(props: GenerateNowProps) {
  const subject = subjectOf(props);
  const { live, start, cancel, close } = useGeneration(props.projectId, subject);
  const top = useRef<HTMLDivElement>(null);
  const isRunning = live.phase === "running";

  function begin() {
    void start();
    // What comes in grows downwards: bring its beginning up, so that it is seen without scrolling after it.
    top.current?.scrollIntoView({ block: "start", behavior: "smooth" });
  }

  return (
    <div ref={top} className="scroll-mt-6">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        {isRunning ? (
          <Button onClick={cancel}>
            <Square /> Cancel
          </Button>
        ) : (
          <Button variant={live.phase === "idle" ? "primary" : "secondary"} onClick={begin}>
            <Play /> {live.phase === "idle" ? (props.label ?? LABELS[subject.kind]) : "Once more"}
          </Button>
        )}
        {!isRunning && live.phase !== "idle" ? (
          <Button variant="ghost" onClick={close}>
            Close
          </Button>
        ) : null}
        <p role="status" className="text-ink-2 text-sm">
          {describePhase(live)}
        </p>
      </div>
      {live.phase === "idle" ? null : (
        <div className="mt-3">
          <Models live={live} />
          {live.notes.map(({ tone, text }) => (
            <div key={text} className="mt-3">
              <Notice
                tone={tone === "problem" ? "wrong" : "unsure"}
                role={tone === "problem" ? "alert" : "status"}
              >
                {text}
              </Notice>
            </div>
          ))}
          {live.previews.length > 0 && live.questions === null ? (
            <ol className="mt-3 border-line border-t">
              {live.previews.map((text) => (
                <li key={text} className="border-line border-b py-2 text-ink">
                  {text}
                </li>
              ))}
            </ol>
          ) : null}
          {live.questions && live.questions.length > 0 ? (
            <ol className="mt-4 border-line border-b">
              {live.questions.map((item) => (
                <LiveQuestionView
                  key={item.question.id}
                  projectId={props.projectId}
                  item={item}
                  isRunning={isRunning}
                />
              ))}
            </ol>
          ) : null}
        </div>
      )}
    </div>
  );
}

const LABELS: Record<NowSubject["kind"], string> = {
  image: "Run this image now",
  question: "One more thought",
  thought: "One more second look",
};

function Models({ live }: { live: Live }) {
  if (live.lines.length === 0) return null;
  return (
    <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-ink-3 text-xs">
      {live.lines.map(({ stage, model, endpointName }) => (
        <span key={stage}>
          Stage {stage}: {model} ({endpointName})
        </span>
      ))}
      {live.lines.some(({ simulated }) => simulated) ? <SimulatedBadge /> : null}
    </p>
  );
}

function describePhase(live: Live): string {
  const { questions, result } = live;
  switch (live.phase) {
    case "idle":
      return "";
    case "cancelled":
      return "Cancelled. What had been answered is kept.";
    case "done": {
      if (!result) return "";
      const lost = live.lostQuestions > 0 ? `, ${formatPlural(live.lostQuestions, "question")} unusable` : "";
      return `Done: ${formatPlural(result.traces, "trace")}${lost}, ${formatMicros(result.costMicros)}.`;
    }
    case "running": {
      if (questions === null) {
        return live.previews.length === 0 ? "Begins…" : `Writes questions: ${live.previews.length} so far…`;
      }
      const finished = questions.filter(
        (one) => one.kind !== null || one.endsHere || one.note?.tone === "problem",
      ).length;
      return questions.length > 1
        ? `${finished} of ${formatPlural(questions.length, "question")} thought through…`
        : "Thinks…";
    }
  }
}

function subjectOf(props: GenerateNowProps): NowSubject {
  if ("imageId" in props) return { kind: "image", imageId: props.imageId };
  if ("questionId" in props) return { kind: "question", questionId: props.questionId };
  return { kind: "thought", simpleThoughtId: props.simpleThoughtId };
}

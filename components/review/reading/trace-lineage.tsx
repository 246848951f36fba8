"use client";

import dynamic from "next/dynamic";
import type { ReactNode } from "react";
import { CommandKey } from "#components/keys/command-key.tsx";
import { Stage } from "#components/review/reading/stage.tsx";
import { StepText } from "#components/review/reading/step-text.tsx";
import type { Reading } from "#components/review/reading/use-reading.ts";
import { CheckList } from "#components/traces/check-list.tsx";
import { Choices } from "#components/traces/choices.tsx";
import { editedParts } from "#components/traces/edited-parts.ts";
import { describeRevision } from "#components/traces/revision-words.ts";
import { StateBadge } from "#components/traces/state-badge.tsx";
import { AnswerLine, AnswerTurn, Cue, gradeOf, leakMarks } from "#components/traces/thoughts.tsx";
import { Badge, SimulatedBadge } from "#components/ui/badge.tsx";
import { formatPlural } from "#components/ui/format.ts";
import { GradeMark, KindMark } from "#components/ui/kind-mark.tsx";
import type { ReviewTraceView } from "#lib/review/notes-schema.ts";

const EditedList = dynamic(async () => (await import("#components/traces/edited-list.tsx")).EditedList);
const WordDiff = dynamic(async () => (await import("#components/traces/word-diff.tsx")).WordDiff);

export interface TraceLineageProps {
  trace: ReviewTraceView;
  reading: Reading;
  /** Show the edit against the model's own words in place of the text. */
  isDiff: boolean;
  /** In place of the question and the choices while they are edited. */
  questionEditor?: ReactNode;
  /** In place of the text that is edited. */
  bodyEditor?: ReactNode;
}

/** The trace in hand in the order in which it came about: description, question, first look, second look, checks. */
export function TraceLineage({ trace, reading, isDiff, questionEditor, bodyEditor }: TraceLineageProps) {
  const edited = isDiff ? editedParts(trace) : null;
  const isEdited = trace.revision.number > 1;
  const body =
    bodyEditor ?? (edited?.body ? <WordDiff before={edited.body.before} after={edited.body.after} /> : null);
  const answerDiff = edited?.answer && !bodyEditor ? <EditedList parts={[edited.answer]} /> : null;
  return (
    <article className="grid grid-cols-1 gap-6">
      <div className="flex flex-wrap items-center gap-2">
        <KindMark kind={trace.kind} size={16} />
        <StateBadge state={trace.state} />
        <Badge tone="outline">{trace.question.current.reasoningType}</Badge>
        {trace.simulated ? <SimulatedBadge /> : null}
        {isEdited ? <Badge tone="accent">{describeRevision(trace.revision)}</Badge> : null}
        {trace.question.revisions.some(({ number, authorName }) => number > 1 && authorName !== null) ? (
          <Badge tone="accent">question revised</Badge>
        ) : null}
      </div>
      <Stage
        part="description"
        name="Dense description"
        reading={reading}
        aside={
          <>
            <span>the model did not see it in the first look</span> <CommandKey name="description" />
          </>
        }
        className="-mb-3"
      >
        <StepText
          part="description"
          label="The dense description"
          text={trace.image.description}
          reading={reading}
          className="pb-3 text-ink-2"
        />
      </Stage>
      <Stage
        part="question"
        name="Question"
        reading={reading}
        folded={<p className="truncate text-ink-2">{trace.question.current.text}</p>}
      >
        {questionEditor ?? (
          <>
            <h3 className="mb-3 text-pretty font-medium font-serif text-[1.3125rem] text-ink leading-snug">
              {/* The heading is called by the question's own words. */}
              <StepText part="question" text={trace.question.current.text} reading={reading} />
            </h3>
            <Choices trace={trace} />
            {edited && edited.question.length > 0 ? <EditedList parts={edited.question} /> : null}
            <OwnAnswer trace={trace} />
          </>
        )}
      </Stage>
      {reading.outdated > 0 ? (
        <p className="text-ink-3 text-sm">
          {formatPlural(reading.outdated, "mark")} of yours{" "}
          {reading.outdated === 1 ? "was on a step" : "were on steps"} that an edit has changed since.
        </p>
      ) : null}
      {trace.long ? <AnswerTurn trace={trace} /> : null}
      <FirstLookStage
        trace={trace}
        reading={reading}
        body={trace.long ? null : body}
        answerDiff={answerDiff}
      />
      <SecondLookStage trace={trace} reading={reading} body={body} answerDiff={answerDiff} />
      <section aria-label="Checks" className="border-line border-t pt-4">
        <h2 className="eyebrow mb-2">Checks</h2>
        <CheckList trace={trace} />
      </section>
    </article>
  );
}

interface LookProps {
  trace: ReviewTraceView;
  reading: Reading;
  /** In place of the text. */
  body: ReactNode;
  /** Under the answer: how it was edited. */
  answerDiff: ReactNode;
}

function FirstLookStage({ trace, reading, body, answerDiff }: LookProps) {
  const isAlone = trace.long === null;
  const answer = isAlone ? trace.revision.answer : trace.simple.answer;
  const grade = isAlone ? gradeOf(trace, trace.revision.answerIndex) : trace.simple.grade;
  return (
    <Stage
      part="simple"
      name={isAlone ? "Simple thought" : "First look"}
      aside={trace.simple.model ? <span>{trace.simple.model}</span> : null}
      reading={reading}
      folded={<AnswerLine answer={answer} grade={grade} />}
    >
      {body ?? (
        <StepText
          part="simple"
          label={isAlone ? "The simple thought" : "The first look: simple thought"}
          text={isAlone ? trace.revision.body : trace.simple.text}
          textMarks={isAlone ? leakMarks(trace) : []}
          reading={reading}
        />
      )}
      <AnswerLine answer={answer} grade={grade} />
      {isAlone ? answerDiff : null}
    </Stage>
  );
}

function SecondLookStage({ trace, reading, body, answerDiff }: LookProps) {
  if (!trace.long) return null;
  const answerLine = <AnswerLine answer={trace.revision.answer} grade={trace.long.grade} />;
  return (
    <Stage
      part="long"
      name="Second look"
      aside={
        <>
          {trace.long.model ? <span>{trace.long.model}</span> : null}
          {trace.long.isEmulated ? (
            <span className="text-unsure">continued by instruction (emulated)</span>
          ) : null}
        </>
      }
      reading={reading}
      folded={answerLine}
      className="-ml-4 border-accent border-l-2 pl-3.5 sm:-ml-5 sm:pl-[1.125rem]"
    >
      <Cue cue={trace.long.cue} />
      {body ?? (
        <StepText
          part="long"
          label="The second look: long thought"
          text={trace.revision.body}
          textMarks={leakMarks(trace)}
          reading={reading}
        />
      )}
      {answerLine}
      {answerDiff}
    </Stage>
  );
}

/** What the reviewer answered before key and thoughts were shown. */
function OwnAnswer({ trace }: { trace: ReviewTraceView }) {
  const answer = trace.notes.blindAnswer;
  if (!answer) return null;
  return (
    <p className="mt-2 flex flex-wrap items-baseline gap-x-1.5 px-2 text-sm" role="status">
      <GradeMark
        grade={answer.agrees ? "right" : answer.choiceIndex === null ? "ungradable" : "wrong"}
        size={11}
        label={answer.agrees ? "agrees" : "disagrees"}
      />
      <span className="text-ink-2">
        {answer.choiceIndex === null ? (
          "You answered that it cannot be told from the image."
        ) : (
          <>
            You answered <span dir="auto">“{answer.choiceText}”</span>,{" "}
            {answer.agrees ? "as the key says." : "the key says otherwise."}
          </>
        )}
      </span>
      {answer.agrees ? null : (
        <span className="text-ink-3">Approving asks again, since you and the key disagree.</span>
      )}
    </p>
  );
}

"use client";

import { useEffect, useRef, useState } from "react";
import { CommandKey } from "#components/keys/command-key.tsx";
import { useCommands, useKeys } from "#components/keys/key-provider.tsx";
import { isCovered, isTypingIn, readPress } from "#components/keys/key-target.ts";
import { ProblemPanel } from "#components/review/problem-panel.tsx";
import { PictureNotice } from "#components/review/reading/picture-notice.tsx";
import type { PictureSight } from "#components/review/reading/use-picture.ts";
import type { Review, ReviewProblem } from "#components/review/review-types.ts";
import { PanelButtons, ReadingColumn } from "#components/review/workbench-layout.tsx";
import { Badge, SimulatedBadge } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { cn } from "#components/ui/cn.ts";
import { formatCount } from "#components/ui/format.ts";
import { Kbd } from "#components/ui/kbd.tsx";
import { choiceLetter } from "#lib/checks/letters.ts";
import { choiceByLetter } from "#lib/keys/resolve.ts";
import type { UnansweredTraceView } from "#lib/review/notes-schema.ts";

export interface AnsweringProps {
  review: Review;
  trace: UnansweredTraceView;
  picture: PictureSight;
  panel: string | null;
  onPanel: (name: string | null) => void;
}

/** The question to be answered from the image alone: key and thoughts are not in this browser yet. */
export function Answering({ review, trace, picture, panel, onPanel }: AnsweringProps) {
  const { question } = trace;
  const { shownAt } = picture;
  const heading = useRef<HTMLHeadingElement>(null);
  const [given, setGiven] = useState<{ choiceIndex: number | null } | null>(null);
  /** The answer that was given last, to be sent again where it did not arrive. */
  const [last, setLast] = useState<{ choiceIndex: number | null } | null>(null);
  const isReady = shownAt !== null && given === null;

  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
    window.scrollTo({ top: 0 });
  }, []);

  async function answer(choiceIndex: number | null) {
    if (!isReady) return;
    setGiven({ choiceIndex });
    setLast({ choiceIndex });
    const isStored = await review.answer({
      traceId: trace.id,
      questionRevisionId: question.revisionId,
      choiceIndex,
      durationMs: Math.round(performance.now() - shownAt),
    });
    if (!isStored) setGiven(null);
  }

  /** The way to do again what the server was not told of. */
  function askAgain({ verb }: ReviewProblem): (() => void) | undefined {
    return verb !== "answer" || last === null ? undefined : () => void answer(last.choiceIndex);
  }

  useCommands(
    {
      choice: (command) => {
        if (command.name !== "choice") return;
        if (command.digit === 0) void answer(null);
        else if (command.digit <= question.choices.length) void answer(command.digit - 1);
      },
      skip: review.skip,
      undo: () => void review.undo(),
      guidelines: () => onPanel(panel === "guidelines" ? null : "guidelines"),
    },
    { mode: "answering", isShown: shownAt !== null },
  );
  useLetters(question.choices.length, (index) => void answer(index), isReady);

  return (
    <ReadingColumn
      head={<PanelButtons panel={panel} onPanel={onPanel} isOpen={false} />}
      foot={
        <>
          <PictureNotice picture={picture} onSkip={review.skip} />
          <div className="flex flex-wrap items-center gap-1.5">
            <Button variant="ghost" className="-ml-2.5 px-2.5" onClick={review.skip} disabled={!isReady}>
              Skip <CommandKey name="skip" />
            </Button>
            <Button
              variant="ghost"
              className="px-2.5"
              onClick={() => void review.undo()}
              disabled={!review.status?.undoable}
            >
              Undo <CommandKey name="undo" />
            </Button>
            <p className="tabular ml-auto flex gap-x-3 text-ink-3 text-xs" aria-live="polite">
              {given ? <span>saving…</span> : null}
              {review.status ? <span>{formatCount(review.status.waiting)} waiting</span> : null}
            </p>
          </div>
        </>
      }
    >
      <h1 ref={heading} tabIndex={-1} className="sr-only">
        Answering a question on {trace.image.externalId}
      </h1>
      {review.problem ? (
        <div className="mb-5">
          <ProblemPanel problem={review.problem} onAgain={askAgain(review.problem)} review={review} />
        </div>
      ) : null}
      <div className="mb-6 flex flex-wrap items-center gap-2">
        <Badge tone="accent">your answer first</Badge>
        <Badge tone="outline">{question.reasoningType}</Badge>
        {trace.simulated ? <SimulatedBadge /> : null}
      </div>
      <h2
        dir="auto"
        className="mb-4 text-pretty font-medium font-serif text-[1.3125rem] text-ink leading-snug"
      >
        {question.text}
      </h2>
      <ul aria-label="Choices" className="-mx-2 grid grid-cols-1 gap-px">
        {question.choices.map((choice, index) => (
          <li key={choice}>
            <Choice
              keyLabel={index < 9 ? String(index + 1) : null}
              letter={choiceLetter(index)}
              isGiven={given?.choiceIndex === index}
              isReady={isReady}
              onChoose={() => void answer(index)}
            >
              {choice}
            </Choice>
          </li>
        ))}
        <li className="mt-2 border-line border-t pt-2">
          <Choice
            keyLabel="0"
            letter="–"
            isGiven={given !== null && given.choiceIndex === null}
            isReady={isReady}
            onChoose={() => void answer(null)}
          >
            It cannot be told from the image
          </Choice>
        </li>
      </ul>
      <p className="mt-5 max-w-[56ch] text-ink-3 text-sm">
        Answer from the image alone. Key and thoughts are shown then, and the answer stays: it cannot be
        changed. Where it is not the key, approving asks once more.
      </p>
    </ReadingColumn>
  );
}

interface ChoiceProps {
  keyLabel: string | null;
  letter: string;
  isGiven: boolean;
  isReady: boolean;
  onChoose: () => void;
  children: string;
}

function Choice({ keyLabel, letter, isGiven, isReady, onChoose, children }: ChoiceProps) {
  return (
    <button
      type="button"
      disabled={!isReady && !isGiven}
      onClick={onChoose}
      className={cn(
        "flex w-full items-baseline gap-2.5 rounded-md px-2 py-1.5 text-left hover:bg-sunk disabled:cursor-default disabled:opacity-60 pointer-coarse:py-3",
        isGiven && "bg-accent-soft",
      )}
    >
      <span className="w-4 shrink-0 font-medium text-ink-3 text-xs">{letter}</span>
      <span dir="auto" className="min-w-0 flex-1 text-ink [overflow-wrap:anywhere]">
        {children}
      </span>
      {keyLabel === null ? null : <Kbd>{keyLabel}</Kbd>}
    </button>
  );
}

/** A choice's own letter answers, too, where the letter is not some key's. */
function useLetters(count: number, onChoice: (index: number) => void, isReady: boolean): void {
  const { keymap } = useKeys();
  const told = useRef({ count, onChoice, isReady, keymap });
  told.current = { count, onChoice, isReady, keymap };
  useEffect(() => {
    function onKeyDown(event: KeyboardEvent) {
      const now = told.current;
      if (!now.isReady || isTypingIn(event.target) || isCovered()) return;
      const index = choiceByLetter(readPress(event), now.count, now.keymap);
      if (index === null) return;
      event.preventDefault();
      now.onChoice(index);
    }
    window.addEventListener("keydown", onKeyDown, true);
    return () => window.removeEventListener("keydown", onKeyDown, true);
  }, []);
}

import Link from "next/link";
import { cn } from "#components/ui/cn.ts";
import { GradeMark, KindMark } from "#components/ui/kind-mark.tsx";
import { Notice } from "#components/ui/page.tsx";
import { choiceLetter } from "#lib/checks/letters.ts";
import type { LiveQuestion, LiveThought } from "#lib/generation/live-state.ts";

/** One question while it is thought about: its choices, the first look, then the second after its cue. */
export function LiveQuestionView({
  projectId,
  item,
  isRunning,
}: {
  projectId: string;
  item: LiveQuestion;
  isRunning: boolean;
}) {
  const { question, simple, long, cue, note } = item;
  return (
    <li className="border-line border-t py-5">
      <div className="flex items-baseline justify-between gap-4">
        <h4 className="font-medium text-base text-ink">{question.text}</h4>
        <span className="flex shrink-0 items-center gap-2 text-ink-3 text-xs">
          {item.kind ? <KindMark kind={item.kind} /> : null}
          {item.traceId ? (
            <Link href={`/projects/${projectId}/traces/${item.traceId}`} className="link text-ink-2">
              open trace
            </Link>
          ) : null}
        </span>
      </div>
      <ol className="mt-2 grid gap-x-6 text-sm sm:grid-cols-2">
        {question.choices.map((choice, index) => {
          const isKey = index === question.keyIndex;
          return (
            <li
              key={choice}
              className={cn("flex items-baseline gap-2 py-0.5", isKey ? "text-ink" : "text-ink-2")}
            >
              <span className="w-4 shrink-0 text-ink-3 text-xs">{choiceLetter(index)}</span>
              <span className="min-w-0 break-words">{choice}</span>
              {isKey ? <span className="font-medium text-correct text-xs">key</span> : null}
            </li>
          );
        })}
      </ol>
      {simple ? (
        <Look name="First look" thought={simple} isComing={isRunning && !long && simple.grade === null} />
      ) : null}
      {simple && long ? (
        <div className="relative mt-4 border-accent border-l-2 pl-4">
          <p className="font-serif text-accent text-lg italic leading-snug">{cue}</p>
          <Look name="Second look" thought={long} isComing={isRunning && long.grade === null} isSecond />
        </div>
      ) : null}
      {!simple && isRunning && !note ? <p className="mt-3 text-ink-3 text-sm">Waits for its turn.</p> : null}
      {item.endsHere ? (
        <p className="mt-3 text-ink-3 text-sm">
          This thought has no end or no answer that can be graded, so there is no second look at it.
        </p>
      ) : null}
      {item.failedChecks.length > 0 ? (
        <p className="mt-2 text-unsure text-xs">Held back by: {item.failedChecks.join(", ")}</p>
      ) : null}
      {note ? (
        <div className="mt-3">
          <Notice
            tone={note.tone === "problem" ? "wrong" : "unsure"}
            role={note.tone === "problem" ? "alert" : "status"}
          >
            {note.text}
          </Notice>
        </div>
      ) : null}
    </li>
  );
}

function Look({
  name,
  thought,
  isComing,
  isSecond = false,
}: {
  name: string;
  thought: LiveThought;
  isComing: boolean;
  isSecond?: boolean;
}) {
  return (
    <section aria-label={name} className={isSecond ? "mt-1" : "mt-4"}>
      {isSecond ? null : <p className="eyebrow mb-1">{name}</p>}
      <p className="prose-thought whitespace-pre-wrap text-ink">
        {thought.text.trimStart()}
        {isComing ? (
          <span aria-hidden className="ml-0.5 inline-block h-[1em] w-[2px] translate-y-[0.15em] bg-accent" />
        ) : null}
      </p>
      {thought.grade ? (
        <p className="mt-2 flex items-center gap-2 text-sm">
          <span className="text-ink-3">Answer</span>
          <span className="font-medium font-serif">{thought.answer ?? "none"}</span>
          <GradeMark grade={thought.grade} />
          <span className="text-ink-3">{thought.grade}</span>
        </p>
      ) : null}
    </section>
  );
}

import Link from "next/link";
import { Badge } from "#components/ui/badge.tsx";
import { formatCount, formatDuration, formatMicros } from "#components/ui/format.ts";
import { GradeMark } from "#components/ui/kind-mark.tsx";
import { describeCheck } from "#lib/checks/labels.ts";
import { choiceLetter } from "#lib/checks/letters.ts";
import type { ComparedReply, ItemResult } from "#lib/prompts/comparison-schema.ts";

export interface ComparedReplyProps {
  projectId: string;
  label: string;
  reply: ComparedReply;
}

/** One side's reply about one input, with what was made of it and what it took. */
export function ComparedReplyView({ projectId, label, reply }: ComparedReplyProps) {
  return (
    <article aria-label={label} className="grid min-w-0 content-start gap-3">
      <h3 className="eyebrow md:sr-only">{label}</h3>
      <Body reply={reply} />
      <p className="tabular flex flex-wrap gap-x-4 gap-y-1 text-ink-3 text-xs">
        {reply.completionTokens === null ? null : (
          <span>
            {formatCount(reply.promptTokens ?? 0)} in, {formatCount(reply.completionTokens)} out
          </span>
        )}
        {reply.result ? <span>{formatCount(reply.result.words)} words</span> : null}
        {reply.durationMs === null ? null : <span>{formatDuration(reply.durationMs)}</span>}
        {reply.result ? (
          <span>
            {reply.reused
              ? "answered before, not paid again"
              : reply.costMicros === null
                ? "price unknown"
                : formatMicros(reply.costMicros)}
          </span>
        ) : null}
        {reply.callId ? (
          <Link href={`/projects/${projectId}/calls/${reply.callId}`} className="link">
            The call
          </Link>
        ) : null}
      </p>
    </article>
  );
}

function Body({ reply }: { reply: ComparedReply }) {
  if (reply.result) return <Result result={reply.result} />;
  if (reply.state === "failed") return <p className="text-sm text-wrong">{reply.error}</p>;
  if (reply.waitsFor) return <p className="text-sm text-unsure">{reply.waitsFor}</p>;
  return (
    <p className="text-ink-3 text-sm">{reply.state === "working" ? "Being asked…" : "Not asked yet."}</p>
  );
}

function Result({ result }: { result: ItemResult }) {
  if (result.kind === "questions") {
    return (
      <>
        <ol className="grid list-decimal gap-2 pl-5">
          {result.questions.map(({ text, choices, keyIndex, reasoningType }) => (
            <li key={text}>
              <p className="text-ink">{text}</p>
              <p className="text-ink-3 text-xs">
                {choices.map((choice, index) => (
                  <span key={choice} className={index === keyIndex ? "font-medium text-correct" : undefined}>
                    {index > 0 ? " · " : ""}
                    {choice}
                    {index === keyIndex ? " (key)" : ""}
                  </span>
                ))}
                {` · ${reasoningType}`}
              </p>
            </li>
          ))}
        </ol>
        {result.problems.map((problem) => (
          <p key={problem} className="text-sm text-unsure">
            {problem}
          </p>
        ))}
      </>
    );
  }
  const failed = result.checks.filter((check) => check.result === "fail");
  return (
    <>
      <p className="prose-thought whitespace-pre-wrap">
        {result.cue === "" ? null : (
          <>
            <span className="text-ink-3">…{result.joiner.trim()} </span>
            <span className="font-medium text-accent italic">{result.cue}</span>
          </>
        )}
        {/^[\p{L}\p{N}]/u.test(result.thought) && result.cue !== "" ? " " : ""}
        {result.thought}
      </p>
      {result.between === "" ? null : (
        <p className="text-ink-3 text-sm">Between thought and answer: {result.between}</p>
      )}
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
        <span className="inline-flex items-center gap-1.5">
          <span aria-hidden>
            <GradeMark grade={result.grade} size={12} />
          </span>
          {result.grade}
        </span>
        <span className="text-ink-2">
          {result.answer === null ? "no answer" : `answers ${result.answer}`}
          {result.choiceIndex === null ? "" : `, choice ${choiceLetter(result.choiceIndex)}`}
        </span>
        {result.isWhole ? null : <Badge tone="unsure">not whole</Badge>}
        {failed.map(({ check }) => (
          <Badge key={check} tone="unsure">
            {describeCheck(check)}
          </Badge>
        ))}
      </p>
    </>
  );
}

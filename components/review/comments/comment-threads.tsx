"use client";

import { useEffect, useRef, useState } from "react";
import {
  type CommentDraft,
  loadCommentDraft,
  type SentComment,
  sendAs,
} from "#components/review/comments/comment-draft.ts";
import { CommentForm, type PlaceOption } from "#components/review/comments/comment-form.tsx";
import { CommentItem } from "#components/review/comments/comment-item.tsx";
import { askReview } from "#components/review/review-client.ts";
import { Button } from "#components/ui/button.tsx";
import { formatPlural } from "#components/ui/format.ts";
import { randomId } from "#components/ui/random-id.ts";
import type { CommentView } from "#lib/comments/schema.ts";
import {
  type CommentPlace,
  type CommentThread,
  placeKey,
  toThreads,
  WHOLE_TRACE,
} from "#lib/comments/threads.ts";
import type { ReviewTraceView } from "#lib/review/notes-schema.ts";

export interface CommentThreadsProps {
  projectId: string;
  /** Who reads and writes here. */
  userId: string;
  trace: ReviewTraceView;
  canWrite: boolean;
  /** The place that the reviewer has in focus: a new comment is about it unless they say otherwise. */
  at?: CommentPlace | undefined;
  /** Puts the cursor into the field when it opens. */
  takesFocus?: boolean;
  onChange: (change: (comments: CommentView[]) => CommentView[]) => void;
}

/** What people said of a trace and its places: read, answer, resolve, open again. */
export function CommentThreads({
  projectId,
  userId,
  trace,
  canWrite,
  at,
  takesFocus,
  onChange,
}: CommentThreadsProps) {
  const [showsResolved, setShowsResolved] = useState(false);
  useShownComment(trace.notes.comments, () => setShowsResolved(true));
  const [draft, setDraft] = useState<CommentDraft>(() => {
    const kept = loadCommentDraft(userId, trace.id);
    return kept.body === "" && at ? { ...kept, place: at } : kept;
  });
  const [followed, setFollowed] = useState(at);
  // While nothing is typed the comment is about whatever comes into focus.
  if (at && (!followed || placeKey(at) !== placeKey(followed))) {
    setFollowed(at);
    if (draft.body === "") setDraft({ ...draft, place: at });
  }
  const field = useRef<HTMLTextAreaElement | null>(null);
  useEffect(() => {
    if (takesFocus) field.current?.focus();
  }, [takesFocus]);
  const threads = toThreads(trace.notes.comments);
  const open = threads.filter((thread) => thread.isOpen);
  const resolved = threads.filter((thread) => !thread.isOpen);
  const options = placesOf(trace, threads);

  const sent = useRef<SentComment | null>(null);
  async function send({ body, place }: CommentDraft) {
    sent.current = sendAs(sent.current, { body, place }, randomId);
    const input = { id: sent.current.id, traceId: trace.id, body, ...place };
    const { comment } = await askReview(projectId, "comment", input, userId);
    sent.current = null;
    onChange((comments) => [...comments.filter(({ id }) => id !== comment.id), comment]);
  }

  async function resolve(commentId: string, isResolved: boolean) {
    const { comment } = await askReview(projectId, "resolve-comment", { commentId, isResolved }, userId);
    onChange((comments) => comments.map((other) => (other.id === comment.id ? comment : other)));
  }

  function answer(place: CommentPlace) {
    setDraft((before) => ({ ...before, place }));
    field.current?.focus();
  }

  const shown = showsResolved ? threads : open;
  return (
    <div className="grid gap-5">
      {shown.length === 0 ? (
        <p className="text-ink-3 text-sm">
          {threads.length === 0 ? "Nobody has commented on this trace." : "All comments are resolved."}
          {trace.notes.isBlindToOthers ? " What others write is shown once you have judged it." : ""}
        </p>
      ) : (
        <ul className="grid gap-5">
          {shown.map((thread) => (
            <li key={thread.key} className="grid gap-2.5">
              <p className="text-ink-3 text-xs">
                {placeName(thread.place, trace)}
                {thread.stepText ? (
                  <>
                    : <q dir="auto">{shorten(thread.stepText, 120)}</q>
                  </>
                ) : null}
              </p>
              <ul className="grid gap-3 border-line border-l pl-3">
                {thread.comments.map((comment) => (
                  <CommentItem
                    key={comment.id}
                    comment={comment}
                    canWrite={canWrite}
                    onResolve={(isResolved) => resolve(comment.id, isResolved)}
                  />
                ))}
              </ul>
              {canWrite ? (
                <div>
                  <Button size="sm" variant="ghost" onClick={() => answer(thread.place)}>
                    Answer
                  </Button>
                </div>
              ) : null}
            </li>
          ))}
        </ul>
      )}
      {resolved.length > 0 ? (
        <div>
          <Button size="sm" variant="ghost" onClick={() => setShowsResolved(!showsResolved)}>
            {showsResolved
              ? "Hide what is resolved"
              : `Show ${formatPlural(resolved.length, "resolved thread")}`}
          </Button>
        </div>
      ) : null}
      {canWrite ? (
        <CommentForm
          userId={userId}
          traceId={trace.id}
          options={options}
          draft={draft}
          onDraft={setDraft}
          onSend={send}
          field={field}
        />
      ) : null}
    </div>
  );
}

/** An address can name a comment: where that one is resolved, the resolved ones are shown, and it comes into view. */
function useShownComment(comments: readonly CommentView[], showResolved: () => void) {
  const show = useRef({ comments, showResolved });
  show.current = { comments, showResolved };
  useEffect(() => {
    const look = () => {
      const id = window.location.hash.replace(/^#comment-/u, "");
      if (!show.current.comments.some((comment) => comment.id === id)) return;
      show.current.showResolved();
      requestAnimationFrame(() =>
        document.getElementById(`comment-${id}`)?.scrollIntoView({ block: "center" }),
      );
    };
    look();
    window.addEventListener("hashchange", look);
    return () => window.removeEventListener("hashchange", look);
  }, []);
}

/** The trace, its steps, its reviewer's regions, and whatever was commented on already. */
function placesOf(trace: ReviewTraceView, threads: readonly CommentThread[]): PlaceOption[] {
  const { steps, own, others } = trace.notes;
  const stepOptions = (["question", "simple", "long"] as const).flatMap((part) =>
    steps[part].map(({ id, text }, index) => ({
      place: { part, stepKey: id, regionId: null },
      label: `${STEP_NAMES[part]} ${index + 1}: ${shorten(text, 60)}`,
    })),
  );
  const regions = [...own.regions, ...others.flatMap((other) => other.regions)].map(
    ({ id, name }, index) => ({
      place: { part: null, stepKey: null, regionId: id },
      label: `Region: ${name || `no. ${index + 1}`}`,
    }),
  );
  const options = [{ place: WHOLE_TRACE, label: "The whole trace" }, ...stepOptions, ...regions];
  const known = new Set(options.map(({ place }) => JSON.stringify(place)));
  const parts = threads
    .filter(({ place }) => place.stepKey === null && !known.has(JSON.stringify(place)))
    .map(({ place }) => ({ place, label: placeName(place, trace) }));
  return [...options, ...parts];
}

const STEP_NAMES = {
  question: "Question, sentence",
  simple: "Simple thought, step",
  long: "Long thought, step",
} as const;

const PART_NAMES = {
  description: "On the description",
  question: "On the question",
  simple: "On the simple thought",
  long: "On the long thought",
} as const;

function placeName({ part, stepKey, regionId }: CommentPlace, trace: ReviewTraceView): string {
  if (regionId !== null) {
    const { own, others } = trace.notes;
    const region = [own, ...others].flatMap(({ regions }) => regions).find(({ id }) => id === regionId);
    return region?.name ? `On the region “${region.name}”` : "On a region";
  }
  if (part === null) return "On the trace";
  return stepKey === null ? PART_NAMES[part] : `${PART_NAMES[part]}, a step`;
}

function shorten(text: string, characters: number): string {
  const all = [...text.replace(/\s+/gu, " ").trim()];
  return all.length <= characters ? all.join("") : `${all.slice(0, characters - 1).join("")}…`;
}

"use client";

import { type RefObject, useId, useState } from "react";
import { type CommentDraft, keepCommentDraft } from "#components/review/comments/comment-draft.ts";
import { ReviewError } from "#components/review/review-client.ts";
import { Button } from "#components/ui/button.tsx";
import { Select, Textarea } from "#components/ui/input.tsx";
import { Kbd } from "#components/ui/kbd.tsx";
import { type CommentPlace, placeKey } from "#lib/comments/threads.ts";

export interface PlaceOption {
  place: CommentPlace;
  label: string;
}

export interface CommentFormProps {
  userId: string;
  traceId: string;
  options: readonly PlaceOption[];
  draft: CommentDraft;
  onDraft: (draft: CommentDraft) => void;
  /** Stores it; rejects where the server did not take it. */
  onSend: (draft: CommentDraft) => Promise<void>;
  field: RefObject<HTMLTextAreaElement | null>;
}

/** Where a comment is written. What is not sent stays in this browser. */
export function CommentForm({ userId, traceId, options, draft, onDraft, onSend, field }: CommentFormProps) {
  const id = useId();
  const [isSending, setSending] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const selected = options.find(({ place }) => placeKey(place) === placeKey(draft.place)) ?? options[0];

  function change(next: CommentDraft) {
    onDraft(next);
    keepCommentDraft(userId, traceId, next);
  }

  async function send() {
    if (draft.body.trim() === "" || isSending || !selected) return;
    setSending(true);
    setError(null);
    try {
      await onSend({ ...draft, place: selected.place });
      // What was typed on meanwhile is not sent yet.
      if ((field.current?.value ?? draft.body) === draft.body) change({ ...draft, body: "" });
    } catch (cause) {
      if (!(cause instanceof ReviewError)) throw cause;
      setError(cause.message);
    } finally {
      setSending(false);
      field.current?.focus();
    }
  }

  return (
    <form
      className="grid gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
      onKeyDown={(event) => {
        if (event.key === "Escape") field.current?.blur();
        else if (!(event.key === "Enter" && (event.ctrlKey || event.metaKey))) return;
        else void send();
        // Neither key must reach the trace: there, one of them approves.
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      <label htmlFor={`${id}-place`} className="sr-only">
        What the comment is about
      </label>
      <Select
        id={`${id}-place`}
        value={selected ? placeKey(selected.place) : ""}
        onChange={(event) => {
          const option = options.find(({ place }) => placeKey(place) === event.target.value);
          if (option) change({ ...draft, place: option.place });
        }}
      >
        {options.map(({ place, label }) => (
          <option key={placeKey(place)} value={placeKey(place)}>
            {label}
          </option>
        ))}
      </Select>
      <label htmlFor={`${id}-body`} className="sr-only">
        Comment
      </label>
      <Textarea
        ref={field}
        id={`${id}-body`}
        dir="auto"
        value={draft.body}
        maxLength={4_000}
        placeholder="What should somebody know?"
        aria-describedby={error ? `${id}-error` : undefined}
        onChange={(event) => change({ ...draft, body: event.target.value })}
      />
      {error ? (
        <p id={`${id}-error`} role="alert" className="text-wrong text-xs">
          {error}
        </p>
      ) : null}
      <div className="flex items-center gap-2">
        <Button type="submit" size="sm" variant="primary" disabled={isSending || draft.body.trim() === ""}>
          {isSending ? "Sending…" : error ? "Send again" : "Comment"} <Kbd>Ctrl ↵</Kbd>
        </Button>
        <span className="text-ink-3 text-xs">What you don’t send stays here.</span>
      </div>
    </form>
  );
}

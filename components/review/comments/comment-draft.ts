import { type CommentPlace, WHOLE_TRACE } from "#lib/comments/threads.ts";

/** What is being written on a trace, kept in the browser until it was sent. */
export interface CommentDraft {
  body: string;
  place: CommentPlace;
}

/** A comment that was sent without an answer: it may have arrived all the same. */
export interface SentComment {
  id: string;
  draft: CommentDraft;
}

/** The id to send a comment under: of the same words at the same place the same again, so that it is stored once. */
export function sendAs(sent: SentComment | null, draft: CommentDraft, newId: () => string): SentComment {
  const isSame = sent !== null && JSON.stringify(sent.draft) === JSON.stringify(draft);
  return isSame ? sent : { id: newId(), draft };
}

const EMPTY: CommentDraft = { body: "", place: WHOLE_TRACE };

export function loadCommentDraft(userId: string, traceId: string): CommentDraft {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(keyOf(userId, traceId)) ?? "null");
    return isDraft(stored) ? stored : EMPTY;
  } catch {
    // A browser without storage, or something else's data under our key: nothing was kept then.
    return EMPTY;
  }
}

export function keepCommentDraft(userId: string, traceId: string, draft: CommentDraft): void {
  try {
    if (draft.body.trim() === "") localStorage.removeItem(keyOf(userId, traceId));
    else localStorage.setItem(keyOf(userId, traceId), JSON.stringify(draft));
  } catch {
    // Storage is full or switched off: the text is still on the screen, which is what counts.
  }
}

/** Under the person's name: in a browser that two share, neither meets the other's words. */
function keyOf(userId: string, traceId: string): string {
  return `second-look:comment:${userId}:${traceId}`;
}

function isDraft(value: unknown): value is CommentDraft {
  return (
    typeof value === "object" &&
    value !== null &&
    "body" in value &&
    typeof value.body === "string" &&
    "place" in value &&
    typeof value.place === "object" &&
    value.place !== null &&
    "stepKey" in value.place
  );
}

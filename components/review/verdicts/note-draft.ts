/** What a reviewer is in the middle of saying about a trace, and what it is for. */
export type NoteKind = "reject" | "flag" | "send-back" | "give-back";

export interface NoteDraft {
  text: string;
  reasonIds: string[];
}

const KINDS: readonly NoteKind[] = ["reject", "flag", "send-back", "give-back"];
const EMPTY: NoteDraft = { text: "", reasonIds: [] };

/** What was typed on a trace before, in this browser; it stays until the server has taken it. */
export function loadNote(userId: string, traceId: string, kind: NoteKind): NoteDraft {
  try {
    return readNote(localStorage.getItem(addressOf(userId, traceId, kind)));
  } catch {
    // A browser without storage: nothing was kept.
    return EMPTY;
  }
}

export function keepNote(userId: string, traceId: string, kind: NoteKind, draft: NoteDraft): void {
  try {
    if (draft.text === "" && draft.reasonIds.length === 0)
      localStorage.removeItem(addressOf(userId, traceId, kind));
    else localStorage.setItem(addressOf(userId, traceId, kind), JSON.stringify(draft));
  } catch {
    // Storage is full or switched off: the text is still on the screen, which is what counts.
  }
}

export function dropNotes(userId: string, traceId: string): void {
  try {
    for (const kind of KINDS) localStorage.removeItem(addressOf(userId, traceId, kind));
  } catch {
    // As above.
  }
}

/** A draft as it was stored; anything else is none. */
export function readNote(stored: string | null): NoteDraft {
  if (stored === null) return EMPTY;
  try {
    const parsed: unknown = JSON.parse(stored);
    if (typeof parsed !== "object" || parsed === null) return EMPTY;
    const { text, reasonIds } = parsed as Partial<NoteDraft>;
    return {
      text: typeof text === "string" ? text : "",
      reasonIds: Array.isArray(reasonIds) ? reasonIds.filter((id) => typeof id === "string") : [],
    };
  } catch {
    return EMPTY;
  }
}

/** Under the person's name: in a browser that two share, neither meets the other's words. */
function addressOf(userId: string, traceId: string, kind: NoteKind): string {
  return `second-look:note:${userId}:${traceId}:${kind}`;
}

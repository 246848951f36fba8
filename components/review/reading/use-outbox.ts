"use client";

import { useCallback, useEffect, useRef, useState } from "react";
import {
  dropRegion,
  enqueue,
  type FindingOp,
  lastOp,
  putFirstError,
  putMark,
  putRegion,
  takeLastOpBack,
  type WaitingOp,
} from "#components/review/reading/finding-ops.ts";
import { askReview, ReviewError } from "#components/review/review-client.ts";
import type { Review } from "#components/review/review-types.ts";
import { openShelf, type Shelf } from "#components/review/shelf.ts";
import { toast } from "#components/ui/toast.ts";
import type { Findings } from "#lib/review/marks-schema.ts";

export interface Outbox {
  /** What was marked and is not stored yet, in order. */
  waiting: readonly WaitingOp[];
  /** The last of it, as undo would take it back; null where nothing waits. */
  last: { madeAt: number; word: string } | null;
  /** Why it could not be sent, in a sentence; null while it is on its way. */
  trouble: string | null;
  send: (op: FindingOp) => void;
}

const RETRY_MS = 5_000;
/** What the server cannot do however often it is asked is let go after so many times, and said. */
const MOST_ATTEMPTS = 3;
/** As the server says it of what undo would take back. */
const UNDO_WORDS: Record<FindingOp["verb"], string> = {
  mark: "step mark",
  region: "region",
  "remove-region": "region",
  "first-error": "first error",
};
const REFUSALS = new Set(["bad_input", "not_found", "forbidden", "conflict"]);

/**
 * Sends what is marked as one goes, one after another and before any verdict. Without a network it is kept, in this
 * browser also across a reload, and sent again when the network is back.
 */
export function useOutbox({
  projectId,
  userId,
  review,
}: {
  projectId: string;
  userId: string;
  review: Pick<Review, "inLine" | "change" | "noteUndoable" | "sendFirst" | "marks">;
}): Outbox {
  const [waiting, setWaiting] = useState<readonly WaitingOp[]>([]);
  const [trouble, setTrouble] = useState<string | null>(null);
  const waitingRef = useRef<readonly WaitingOp[]>([]);
  const sending = useRef<number | null>(null);
  const attempts = useRef(0);
  const { inLine, change, noteUndoable, sendFirst, marks } = review;
  const name = `second-look:unsent:${userId}:${projectId}`;
  const shelf = useRef<Shelf<WaitingOp> | null>(null);
  const opened = useRef<Promise<void>>(Promise.resolve());

  const set = useCallback((next: readonly WaitingOp[]) => {
    waitingRef.current = next;
    setWaiting(next);
    shelf.current?.keep(next);
  }, []);

  /** Sends what waits. @throws ReviewError where it has to wait on. */
  const flush = useCallback(async () => {
    await opened.current;
    // A verdict that a closed window left may be on its way already: what was marked there goes first.
    await shelf.current?.takeLeft();
    for (let op = waitingRef.current[0]; op; op = waitingRef.current[0]) {
      const { serial } = op;
      sending.current = serial;
      set(waitingRef.current.map((one) => (one.serial === serial ? { ...one, isTried: true } : one)));
      try {
        let put = await ask(projectId, op, userId);
        let undoable: string | null = UNDO_WORDS[op.verb];
        // It may have been taken back while it was on its way. Nothing was sent after it: it is what undo takes back.
        if (waitingRef.current.some((one) => one.serial === serial && one.isTakenBack)) {
          const { trace, status } = await askReview(projectId, "undo", {}, userId);
          undoable = status.undoable;
          put = (stored) => (trace?.id === op.input.traceId ? trace.notes.own : stored);
        }
        change(op.input.traceId, (trace) => ({
          ...trace,
          notes: { ...trace.notes, own: put(trace.notes.own) },
        }));
        if (undoable !== null) noteUndoable(undoable);
      } catch (error) {
        if (!(error instanceof ReviewError)) throw error;
        attempts.current += error.code === "internal" ? 1 : 0;
        if (!REFUSALS.has(error.code) && attempts.current < MOST_ATTEMPTS) {
          setTrouble(error.message);
          throw error;
        }
        toast.error(`A mark was not stored. ${error.message}`);
      } finally {
        sending.current = null;
      }
      attempts.current = 0;
      set(waitingRef.current.filter((other) => other.serial !== serial));
      setTrouble(null);
    }
  }, [change, noteUndoable, projectId, set, userId]);

  const flushInLine = useCallback(
    () =>
      void inLine(flush).catch((error: unknown) => {
        // It is kept, said on the screen, and tried again below.
        if (!(error instanceof ReviewError)) throw error;
      }),
    [flush, inLine],
  );

  useEffect(() => {
    const leaving = new AbortController();
    // Numbered anew, behind all numbers that are in use: each window counts for itself.
    const take = (items: readonly WaitingOp[]) => {
      const from = Math.max(0, ...waitingRef.current.map(({ serial }) => serial));
      const kept = items.map((op, index) => ({ ...op, serial: from + index + 1 }));
      if (kept.length + waitingRef.current.length > 0) set([...waitingRef.current, ...kept]);
    };
    opened.current = openShelf(name, leaving.signal, readOps, (more) => {
      take(more);
      flushInLine();
    }).then((own) => {
      if (leaving.signal.aborted) return;
      shelf.current = own;
      take(own.items);
    });
    sendFirst.current = flush;
    marks.current = {
      madeAt: () => lastOp(waitingRef.current)?.madeAt ?? null,
      takeBack: () => {
        const last = lastOp(waitingRef.current);
        if (!last) return null;
        set(takeLastOpBack(waitingRef.current, sending.current));
        return UNDO_WORDS[last.verb];
      },
    };
    void opened.current.then(() => {
      if (waitingRef.current.length > 0) flushInLine();
    });
    return () => {
      leaving.abort();
      shelf.current = null;
      sendFirst.current = null;
      marks.current = null;
    };
  }, [flush, flushInLine, marks, name, sendFirst, set]);

  useEffect(() => {
    if (trouble === null) return;
    const timer = setInterval(flushInLine, RETRY_MS);
    window.addEventListener("online", flushInLine);
    return () => {
      clearInterval(timer);
      window.removeEventListener("online", flushInLine);
    };
  }, [flushInLine, trouble]);

  const last = lastOp(waiting);
  return {
    waiting,
    last: last && { madeAt: last.madeAt ?? 0, word: UNDO_WORDS[last.verb] },
    trouble,
    send: useCallback(
      (op: FindingOp) => {
        set(enqueue(waitingRef.current, op, sending.current, Date.now()));
        flushInLine();
      },
      [flushInLine, set],
    ),
  };
}

/** Sends one operation; gives back how the stored findings change by what the server answered. */
async function ask(
  projectId: string,
  op: FindingOp,
  userId: string,
): Promise<(stored: Findings) => Findings> {
  switch (op.verb) {
    case "mark": {
      const { mark } = await askReview(projectId, "mark", op.input, userId);
      return (stored) => putMark(stored, op.input.part, op.input.stepKey, mark);
    }
    case "region": {
      const { region } = await askReview(projectId, "region", op.input, userId);
      return (stored) => putRegion(stored, region);
    }
    case "remove-region":
      await askReview(projectId, "remove-region", op.input, userId);
      return (stored) => dropRegion(stored, op.input.id);
    case "first-error": {
      const { firstError } = await askReview(projectId, "first-error", op.input, userId);
      return (stored) => putFirstError(stored, firstError);
    }
  }
}

/** What was kept, as far as it can be read. */
function readOps(kept: string | null): WaitingOp[] {
  try {
    const parsed: unknown = JSON.parse(kept ?? "[]");
    return Array.isArray(parsed) ? (parsed as WaitingOp[]) : [];
  } catch {
    // Cut off, or something else's data under our key: nothing was kept then.
    return [];
  }
}

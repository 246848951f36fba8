"use client";

import { useCallback, useEffect, useRef, useState } from "react";
import { askReview, ReviewError } from "#components/review/review-client.ts";
import {
  type HeldTrace,
  isOpen,
  type Review,
  type ReviewOptions,
  type WaitingMarks,
} from "#components/review/review-types.ts";
import { type Act, describeAct, isTaken, lastActAt } from "#components/review/unsent.ts";
import { useHeartbeat, usePreload } from "#components/review/use-hold.ts";
import { useProblems } from "#components/review/use-problems.ts";
import { useTraceChanges } from "#components/review/use-trace-changes.ts";
import { useUnsent } from "#components/review/use-unsent.ts";
import { dropNotes } from "#components/review/verdicts/note-draft.ts";
import { formatPlural } from "#components/ui/format.ts";
import { toast } from "#components/ui/toast.ts";
import type { NextResult, QueueStatus, VerdictInput } from "#lib/review/schema.ts";

const HELD = 2;
/** So many are told to the server as in hand at most. */
const MOST_HELD = 10;
const RETRY_MS = 4_000;

/** The reviewer's side of the queue: one trace on the screen, the next already loaded, both held on the server. */
export function useReview(
  projectId: string,
  /** The trace that the address names, if it names one. */
  firstTraceId: string | null,
  { userId, isSettling = false }: ReviewOptions = { userId: "" },
): Review {
  const [traces, setTraces] = useState<HeldTrace[]>([]);
  const [status, setStatus] = useState<QueueStatus | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  const [isLoading, setLoading] = useState(true);
  const [sending, setSending] = useState(0);
  const tracesRef = useRef<HeldTrace[]>([]);
  const sendFirst = useRef<(() => Promise<void>) | null>(null);
  const marks = useRef<WaitingMarks | null>(null);
  const sendNowRef = useRef(() => {});
  const line = useRef<Promise<unknown>>(Promise.resolve());
  /** What was taken from the screen by an act that is not confirmed, to come back if it is refused or taken back. */
  const aside = useRef(new Map<string, HeldTrace[]>());

  const show = useCallback((change: (held: HeldTrace[]) => HeldTrace[]) => {
    tracesRef.current = change(tracesRef.current);
    setTraces(tracesRef.current);
  }, []);

  const putBack = useCallback(
    (back: readonly HeldTrace[]) => {
      const ids = new Set(back.map(({ id }) => id));
      show((held) => [...back, ...held.filter(({ id }) => !ids.has(id))].slice(0, HELD + back.length));
    },
    [show],
  );

  const inLine = useCallback(<T>(work: () => Promise<T>): Promise<T> => {
    setSending((count) => count + 1);
    const result = line.current.then(work, work);
    line.current = result.catch(() => undefined).finally(() => setSending((count) => count - 1));
    return result;
  }, []);

  const { problem, report, reportLoss, settleProblems, clearProblems, dismiss } = useProblems();

  const { unsent, waiting, add, takeBack, flush } = useUnsent({
    projectId,
    userId,
    onDone: (act, answer) => {
      aside.current.delete(act.input.traceId);
      if (act.verb !== "skip" && act.verb !== "prefer") dropNotes(userId, act.input.traceId);
      // What another window left behind may be about the trace that is in hand here.
      const { input } = act;
      if ("rowVersion" in input && act.verb !== "prefer")
        show((held) =>
          held.filter(
            (one) => !isOpen(one) || one.id !== input.traceId || one.rowVersion !== input.rowVersion,
          ),
        );
      if (!answer) return;
      setStatus(answer.status);
      if (answer.rejected !== undefined)
        toast.success(`${formatPlural(answer.rejected, "trace")} fell with the question`);
      const { trace } = answer;
      if (trace) show((held) => held.map((other) => (other.id === trace.id ? trace : other)));
    },
    onRefused: (act, error) => {
      putBack(aside.current.get(act.input.traceId) ?? []);
      aside.current.delete(act.input.traceId);
      report(error, act.input.traceId);
    },
    onUndone: (trace, newStatus) => {
      setStatus(newStatus);
      if (trace) putBack([trace]);
    },
    sendFirst: async () => sendFirst.current?.(),
    onMore: () => sendNowRef.current(),
  });

  /** @throws ReviewError */
  const fill = useCallback(
    async (traceId?: string): Promise<void> => {
      const inHand = tracesRef.current.map(({ id }) => id).filter((id) => id !== traceId);
      const underWay = waiting.current
        .map(({ act }) => act.input.traceId)
        .filter((id) => !inHand.includes(id));
      const takenBefore = new Set([...aside.current.values()].flat());
      try {
        const result = await askReview(
          projectId,
          "next",
          {
            held: [...inHand, ...underWay].slice(0, MOST_HELD),
            want: Math.max(traceId ? 1 : 0, HELD - inHand.length),
            settle: isSettling,
            ...(traceId ? { traceId } : {}),
            ...(tracesRef.current[0] ? { nearImageId: tracesRef.current[0].image.id } : {}),
          },
          userId,
        );
        setStatus(result.status);
        setTrouble(null);
        // What was judged while this was under way has left the screen: the answer must not bring it back.
        const taken = [...aside.current.values()].flat().filter((one) => !takenBefore.has(one));
        const handedOut = inOrder(result).filter(({ id }) => !taken.some((one) => one.id === id));
        const isLost = new Set(result.lost.map((lost) => lost.traceId));
        show((before) => {
          const asked = handedOut.filter(({ id }) => id === traceId);
          const rest = handedOut.filter(({ id }) => id !== traceId);
          // The trace on the screen stays even when its hold was lost: what was typed on it must not vanish.
          const kept = before.filter(
            (trace, index) => trace.id !== traceId && (index === 0 || !isLost.has(trace.id)),
          );
          const known = new Set([...asked, ...kept].map(({ id }) => id));
          return [...asked, ...kept, ...rest.filter(({ id }) => !known.has(id))];
        });
      } finally {
        setLoading(false);
      }
    },
    [isSettling, projectId, show, userId, waiting],
  );

  /** Sends what waits, then sees to it that there is a next trace. Without a network it says so, and waits. */
  const sendNow = useCallback(() => {
    void inLine(async () => {
      try {
        if (waiting.current.length > 0) await sendFirst.current?.();
        await flush();
        if (tracesRef.current.length < HELD) await fill();
        setTrouble(null);
      } catch (error) {
        if (!(error instanceof ReviewError)) throw error;
        if (WAITING_CODES.has(error.code)) setTrouble(error.message);
        else report(error, null);
      }
    });
  }, [fill, flush, inLine, report, waiting]);
  sendNowRef.current = sendNow;

  useEffect(() => {
    void inLine(async () => {
      try {
        await sendFirst.current?.();
        await flush();
        await fill(firstTraceId ?? undefined);
      } catch (error) {
        if (!(error instanceof ReviewError)) throw error;
        if (WAITING_CODES.has(error.code)) setTrouble(error.message);
        else report(error, firstTraceId);
      }
    });
  }, [fill, firstTraceId, flush, inLine, report]);

  useEffect(() => {
    if (trouble === null) return;
    const timer = setInterval(sendNow, RETRY_MS);
    window.addEventListener("online", sendNow);
    return () => {
      clearInterval(timer);
      window.removeEventListener("online", sendNow);
    };
  }, [sendNow, trouble]);

  const heldIds = useCallback(
    () =>
      [
        ...new Set([
          ...tracesRef.current.map(({ id }) => id),
          ...waiting.current.map(({ act }) => act.input.traceId),
        ]),
      ].slice(0, MOST_HELD),
    [waiting],
  );
  const onLost = useCallback(
    (traceId: string, holderName: string | null) => {
      if (traceId === tracesRef.current[0]?.id) reportLoss(traceId, holderName);
    },
    [reportLoss],
  );
  useHeartbeat(projectId, userId, heldIds, onLost);
  usePreload(projectId, traces[1] ?? null);

  const act = useCallback(
    (one: Act) => {
      const { traceId } = one.input;
      const questionId = tracesRef.current.find(({ id }) => id === traceId)?.question.id ?? null;
      const taken = tracesRef.current.filter((trace) => isTaken(one, trace, questionId));
      aside.current.set(traceId, taken);
      settleProblems(traceId);
      show((held) => held.filter((trace) => !taken.includes(trace)));
      add(one);
      sendNow();
    },
    [add, sendNow, settleProblems, show],
  );

  const judge = useCallback((verdict: VerdictInput) => act({ verb: "verdict", input: verdict }), [act]);

  const skip = useCallback(() => {
    const traceId = tracesRef.current[0]?.id;
    if (traceId) act({ verb: "skip", input: { traceId } });
  }, [act]);

  const takeBackHere = useCallback((): string | null => {
    // A mark that was made after the last act comes first, though that may still wait to be sent.
    const markedAt = marks.current?.madeAt() ?? null;
    if (markedAt !== null && markedAt >= (lastActAt(waiting.current) ?? 0)) {
      const word = marks.current?.takeBack() ?? null;
      if (word !== null) return word;
    }
    const taken = takeBack();
    if (!taken) return null;
    putBack(aside.current.get(taken.input.traceId) ?? []);
    aside.current.delete(taken.input.traceId);
    return `${describeAct(taken)}, before it was sent`;
  }, [putBack, takeBack, waiting]);

  const undo = useCallback(async () => {
    const early = takeBackHere();
    if (early !== null) return early;
    return inLine(async () => {
      try {
        await sendFirst.current?.();
        await flush();
        const {
          undone,
          trace,
          unanswered,
          status: newStatus,
        } = await askReview(projectId, "undo", {}, userId);
        clearProblems();
        setStatus(newStatus);
        const back = trace ?? unanswered;
        if (back) putBack([back]);
        return undone;
      } catch (error) {
        // What is still here is taken back here: on the server it would be something from before.
        const late = takeBackHere();
        if (late === null) report(error, null, "undo");
        return late;
      }
    });
  }, [clearProblems, flush, inLine, projectId, putBack, report, takeBackHere, userId]);

  const { saveEdit, answer, change } = useTraceChanges({
    projectId,
    userId,
    tracesRef,
    sendFirst,
    show,
    inLine,
    sendNow,
    setStatus,
    report,
    settleProblems,
  });

  const noteUndoable = useCallback(
    (undoable: string) => setStatus((before) => before && { ...before, undoable }),
    [],
  );

  const returnSkipped = useCallback(() => {
    void inLine(async () => {
      try {
        await askReview(projectId, "return-skipped", {}, userId);
        await fill();
      } catch (error) {
        report(error, null);
      }
    });
  }, [fill, inLine, projectId, report, userId]);

  const open = useCallback(
    (traceId: string) => {
      void inLine(async () => {
        try {
          // Until the new one is there the old one is on the screen, and with it what is wrong with it.
          await fill(traceId);
          settleProblems(traceId);
        } catch (error) {
          report(error, traceId);
        }
      });
    },
    [fill, inLine, report, settleProblems],
  );

  const letGo = useCallback(() => {
    const current = tracesRef.current[0];
    if (!current) return;
    settleProblems(current.id);
    show((held) => held.slice(1));
    void askReview(projectId, "claims", { traceIds: [current.id], action: "release" }, userId)
      .catch(() => undefined)
      .then(sendNow);
  }, [projectId, sendNow, settleProblems, show, userId]);

  return {
    userId,
    current: traces[0] ?? null,
    next: traces[1] ?? null,
    status,
    problem,
    isLoading,
    isSending: sending > 0,
    unsent,
    trouble,
    sendNow,
    act,
    judge,
    skip,
    undo,
    saveEdit,
    answer,
    change,
    inLine,
    noteUndoable,
    sendFirst,
    marks,
    returnSkipped,
    open,
    letGo,
    reload: useCallback(() => {
      const current = tracesRef.current[0];
      if (current) open(current.id);
      else sendNow();
    }, [open, sendNow]),
    dismiss,
  };
}

/** The server cannot be asked now; what was to be sent waits. */
const WAITING_CODES = new Set(["offline", "not_signed_in", "rate_limited", "unavailable", "internal"]);

/** Both kinds of traces as they were handed out. */
function inOrder({ traces, unanswered, order }: NextResult): HeldTrace[] {
  const byId = new Map<string, HeldTrace>([...traces, ...unanswered].map((trace) => [trace.id, trace]));
  return order.flatMap((id) => byId.get(id) ?? []);
}

"use client";

import { useCallback, useEffect, useRef, useState } from "react";
import {
  RepairError,
  readRepair,
  readSituation,
  settleRepair,
  startRepair,
  type Taken,
  takeCandidate,
} from "#components/repair/repair-client.ts";
import { randomId } from "#components/ui/random-id.ts";
import type { RepairSituation, RepairView } from "#lib/repair/schema.ts";

/** How often the progress is read while the model writes. */
const LOOK_EVERY_MS = 600;
/** The same while the server cannot be reached. */
const LOOK_AGAIN_MS = 3_000;

export interface Asked {
  stepKey: string;
  cause: string;
  nudge: string;
}

export type RepairHold = ReturnType<typeof useRepair>;

/** A repair of one trace as it goes on: on the server, whether this is looking on or not. */
export function useRepair(projectId: string, trace: { id: string; rowVersion: number }) {
  const [situation, setSituation] = useState<RepairSituation | null>(null);
  const [repair, setRepair] = useState<RepairView | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [isSending, setSending] = useState(false);
  /** The id under which the next is asked for: the same until the server has answered, so that it is asked once. */
  const nextId = useRef<string | null>(null);

  const look = useCallback(async () => {
    try {
      const found = await readSituation(projectId, trace.id);
      setSituation(found);
      setRepair(found.open);
      setProblem(null);
    } catch (error) {
      setProblem(sentenceOf(error));
    }
  }, [projectId, trace.id]);

  useEffect(() => {
    void look();
  }, [look]);

  const workingId = repair?.state === "working" ? repair.id : null;
  useEffect(() => {
    if (workingId === null) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isOver = false;
    const follow = async () => {
      let wait = LOOK_EVERY_MS;
      try {
        const now = await readRepair(projectId, workingId);
        if (isOver) return;
        setRepair((shown) => (shown?.id === now.id ? now : shown));
        setProblem(null);
      } catch (error) {
        if (isOver) return;
        setProblem(sentenceOf(error));
        wait = LOOK_AGAIN_MS;
      }
      timer = setTimeout(() => void follow(), wait);
    };
    timer = setTimeout(() => void follow(), LOOK_EVERY_MS);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [projectId, workingId]);

  /** Does one thing at a time; null where it was refused, which `problem` then tells. */
  const send = useCallback(async <T>(work: () => Promise<T>): Promise<T | null> => {
    setSending(true);
    try {
      const result = await work();
      setProblem(null);
      return result;
    } catch (error) {
      setProblem(sentenceOf(error));
      return null;
    } finally {
      setSending(false);
    }
  }, []);

  const ask = useCallback(
    (asked: Asked) =>
      send(async () => {
        nextId.current ??= randomId();
        try {
          setRepair(await startRepair(projectId, { repairId: nextId.current, traceId: trace.id, ...asked }));
          nextId.current = null;
        } catch (error) {
          // What was refused may be asked for anew; what was not heard of may have arrived.
          if (!(error instanceof RepairError) || error.code !== "offline") nextId.current = null;
          throw error;
        }
      }),
    [projectId, send, trace.id],
  );

  const decline = useCallback(
    (repairId: string) =>
      send(async () => {
        const settled = await settleRepair(projectId, repairId, { action: "decline" });
        setRepair(null);
        return settled;
      }),
    [projectId, send],
  );

  const retry = useCallback(
    (repairId: string, candidateId: string) =>
      send(async () => setRepair(await settleRepair(projectId, repairId, { action: "retry", candidateId }))),
    [projectId, send],
  );

  const take = useCallback(
    (repairId: string, candidateId: string): Promise<Taken | null> =>
      send(() => takeCandidate(projectId, repairId, { candidateId, rowVersion: trace.rowVersion })),
    [projectId, send, trace.rowVersion],
  );

  return { situation, repair, problem, isSending, look, ask, decline, retry, take };
}

function sentenceOf(error: unknown): string {
  if (error instanceof RepairError) return error.message;
  throw error;
}

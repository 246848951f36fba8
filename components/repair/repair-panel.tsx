"use client";

import { useEffect, useRef, useState } from "react";
import { isTypingIn } from "#components/keys/key-target.ts";
import { AskForm } from "#components/repair/ask-form.tsx";
import { ChoosePane } from "#components/repair/choose-pane.tsx";
import type { Taken } from "#components/repair/repair-client.ts";
import { type Asked, useRepair } from "#components/repair/use-repair.ts";
import { Button } from "#components/ui/button.tsx";
import { Notice, Skeleton } from "#components/ui/page.tsx";
import { toast } from "#components/ui/toast.ts";
import { suggestCut } from "#lib/repair/cut.ts";
import { type RepairKeyContext, repairCommandFor } from "#lib/repair/keys.ts";
import type { ReviewTraceView } from "#lib/review/notes-schema.ts";

export interface RepairPanelProps {
  projectId: string;
  trace: ReviewTraceView;
  /** The first step to be cut away; null: the first that was marked wrong. */
  stepKey: string | null;
  /** A continuation was taken: the trace with its new text. */
  onDone: (taken: Taken) => void;
  /** Nothing was taken. What is still being written goes on, and is there when this is opened again. */
  onCancel: () => void;
}

/** Cuts a thought at a step, has a model go on from there, and lets one of its continuations be taken, or none. */
export function RepairPanel({ projectId, trace, stepKey, onDone, onCancel }: RepairPanelProps) {
  const part = trace.long ? "long" : "simple";
  const steps = trace.notes.steps[part];
  const suggested = suggestCut(part, steps, trace.notes);
  const given = steps.some(({ id }) => id === stepKey) ? stepKey : null;
  const [asked, setAsked] = useState<Asked>({
    stepKey: given ?? suggested?.stepKey ?? "",
    cause: suggested && (given === null || given === suggested.stepKey) ? suggested.cause : "",
    nudge: "",
  });
  const hold = useRepair(projectId, trace);
  const { situation, repair, problem, isSending } = hold;
  const [chosen, setChosen] = useState<number | null>(null);
  const top = useRef<HTMLDivElement>(null);

  const repairId = repair?.id ?? null;
  useEffect(() => {
    setChosen(null);
    if (repairId !== null) top.current?.focus();
  }, [repairId]);

  async function take() {
    const candidate = chosen === null ? null : repair?.candidates[chosen];
    if (!repair || candidate?.state !== "done") return;
    const taken = await hold.take(repair.id, candidate.id);
    if (!taken) return;
    toast.success("Taken as a new revision; what stood there is kept as the rejected side of a pair");
    onDone(taken);
  }

  async function takeNone() {
    if (!repair || !(await hold.decline(repair.id))) return;
    toast.success("None taken; the attempt is kept");
    onCancel();
  }

  async function askForOthers() {
    if (!repair || !(await hold.decline(repair.id))) return;
    await hold.ask({ stepKey: repair.stepKey, cause: repair.cause, nudge: repair.nudge });
  }

  const phase: RepairKeyContext["phase"] = isSending
    ? "busy"
    : repair === null
      ? "asking"
      : repair.state === "ready"
        ? "ready"
        : repair.state === "failed"
          ? "failed"
          : "working";

  function onKeyDown(event: KeyboardEvent) {
    if (event.defaultPrevented || event.isComposing) return;
    const command = repairCommandFor(
      {
        key: event.key,
        ctrlKey: event.ctrlKey,
        metaKey: event.metaKey,
        altKey: event.altKey,
        isAltGraph: event.getModifierState("AltGraph"),
        repeat: event.repeat,
      },
      {
        phase,
        places: repair?.candidates.length ?? 0,
        isTyping: isTypingIn(event.target),
        isOnButton: event.target instanceof Element && event.target.closest("button, a, summary") !== null,
      },
    );
    if (!command) return;
    event.preventDefault();
    switch (command.name) {
      case "choose":
        return setChosen(command.place);
      case "ask":
        return void ask();
      case "take":
        return void take();
      case "none":
        return void takeNone();
      case "close":
        return onCancel();
    }
  }

  async function ask() {
    if (asked.stepKey === "" || !situation || "problem" in situation.asks) return;
    await hold.ask(asked);
  }

  const listener = useRef(onKeyDown);
  listener.current = onKeyDown;
  useEffect(() => {
    const hear = (event: KeyboardEvent) => listener.current(event);
    // Before whatever else listens: a dialog around this would close at Escape without having taken none.
    document.addEventListener("keydown", hear, true);
    return () => document.removeEventListener("keydown", hear, true);
  }, []);

  return (
    <div ref={top} tabIndex={-1} className="grid gap-5 focus:outline-none">
      {problem ? (
        <Notice tone="wrong" role="alert">
          <p className="flex flex-wrap items-center justify-between gap-3">
            {problem}
            {situation === null ? (
              <Button size="sm" onClick={() => void hold.look()}>
                Try again
              </Button>
            ) : null}
          </p>
        </Notice>
      ) : null}
      {situation === null ? (
        problem ? null : (
          <PanelSkeleton />
        )
      ) : repair ? (
        <ChoosePane
          projectId={projectId}
          trace={trace}
          repair={repair}
          chosen={chosen}
          isSending={isSending}
          onChoose={setChosen}
          onTake={() => void take()}
          onNone={() => void takeNone()}
          onOthers={() => void askForOthers()}
          onRetry={(candidateId) => void hold.retry(repair.id, candidateId)}
          onClose={onCancel}
        />
      ) : (
        <AskForm
          steps={steps}
          trace={trace}
          situation={situation}
          asked={asked}
          suggestedKey={suggested?.stepKey ?? null}
          isSending={isSending}
          onChange={setAsked}
          onAsk={() => void ask()}
          onClose={onCancel}
        />
      )}
    </div>
  );
}

function PanelSkeleton() {
  return (
    <div role="status" aria-label="Fetching how it stands" className="grid gap-3">
      <Skeleton className="h-5 w-2/3" />
      <Skeleton className="h-40 w-full" />
    </div>
  );
}

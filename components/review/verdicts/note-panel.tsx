"use client";

import { useEffect, useRef } from "react";
import { CommandKey } from "#components/keys/command-key.tsx";
import { Button } from "#components/ui/button.tsx";
import { Select, Textarea } from "#components/ui/input.tsx";
import { Kbd } from "#components/ui/kbd.tsx";
import type { ReviewTraceView } from "#lib/review/notes-schema.ts";

/** A step of a thought, by its key. */
export interface NoteStep {
  part: "simple" | "long";
  stepKey: string;
}

/** What is being said about a trace to whoever it goes to next. */
export interface Noting {
  kind: "flag" | "send-back" | "give-back";
  text: string;
  step: NoteStep | null;
}

const WORDS = {
  flag: {
    title: "What should the owner look at?",
    about: "The trace leaves the queue until an owner has looked at it.",
    send: "Flag",
    needsText: true,
  },
  "send-back": {
    title: "What has to be mended?",
    about: "The trace leaves the queue until its thought is edited, or gone on with from the step.",
    send: "Send back",
    needsText: false,
  },
  "give-back": {
    title: "Give it back to where it was",
    about: "It is judged as if it had not been set aside. A note, if you like:",
    send: "Give back",
    needsText: false,
  },
} as const;

export interface NotePanelProps {
  trace: ReviewTraceView;
  noting: Noting;
  onChange: (noting: Noting) => void;
  onSend: () => void;
  onCancel: () => void;
}

/** A note that goes with a trace: to the owner, to be mended, or back into the queue. */
export function NotePanel({ trace, noting, onChange, onSend, onCancel }: NotePanelProps) {
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => field.current?.focus(), []);
  const words = WORDS[noting.kind];
  return (
    <section aria-label={words.title} className="grid gap-2.5">
      <div>
        <p className="font-medium">{words.title}</p>
        <p className="text-ink-3 text-xs">{words.about}</p>
      </div>
      {noting.kind === "send-back" ? (
        <StepChoice trace={trace} step={noting.step} onChange={(step) => onChange({ ...noting, step })} />
      ) : null}
      <Textarea
        ref={field}
        aria-label={words.title}
        dir="auto"
        value={noting.text}
        onChange={(event) => onChange({ ...noting, text: event.target.value })}
        maxLength={4_000}
        className="min-h-16"
      />
      <div className="flex flex-wrap items-center gap-2">
        <Button variant="primary" disabled={words.needsText && noting.text.trim() === ""} onClick={onSend}>
          {words.send}{" "}
          <CommandKey name="save-and-approve" className="border-transparent bg-paper/15 text-current" />
        </Button>
        <Button variant="ghost" onClick={onCancel}>
          Close, keep the note <Kbd>Esc</Kbd>
        </Button>
      </div>
    </section>
  );
}

interface StepChoiceProps {
  trace: ReviewTraceView;
  step: NoteStep | null;
  onChange: (step: NoteStep | null) => void;
}

function StepChoice({ trace, step, onChange }: StepChoiceProps) {
  const { steps } = trace.notes;
  return (
    <Select
      aria-label="From which step on"
      value={step ? `${step.part} ${step.stepKey}` : ""}
      onChange={(event) => {
        const [part, stepKey] = event.target.value.split(" ");
        const isStep = (part === "simple" || part === "long") && stepKey !== undefined;
        onChange(isStep ? { part, stepKey } : null);
      }}
    >
      <option value="">No step in particular</option>
      {(["simple", "long"] as const).map((part) =>
        steps[part].length > 0 ? (
          <optgroup key={part} label={part === "simple" ? "Simple thought" : "Long thought"}>
            {steps[part].map(({ id, text }, index) => (
              <option key={id} value={`${part} ${id}`}>
                {index + 1}. {shorten(text)}
              </option>
            ))}
          </optgroup>
        ) : null,
      )}
    </Select>
  );
}

function shorten(text: string): string {
  const plain = text.trim().replace(/\s+/g, " ");
  return plain.length > 80 ? `${plain.slice(0, 79)}…` : plain;
}

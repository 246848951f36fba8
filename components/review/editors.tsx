"use client";

import { useId } from "react";
import type { BaseChange, Draft } from "#components/review/draft.ts";
import { Input, Radio, Select, Textarea } from "#components/ui/input.tsx";
import { Notice } from "#components/ui/page.tsx";
import { choiceLetter } from "#lib/checks/letters.ts";
import type { TraceView } from "#lib/traces/schema.ts";

interface EditorProps {
  trace: TraceView;
  draft: Draft;
  onChange: (draft: Draft) => void;
}

const TYPES = [
  "Recognition",
  "Spatial and Relational",
  "Counting and Quantification",
  "Causal and Commonsense",
  "Analogical and Goal-Oriented",
];

/** The question, its choices and its key as fields. Saving makes a new revision for all traces of the question. */
export function QuestionEditor({ trace, draft, onChange }: EditorProps) {
  const id = useId();
  const judged = trace.siblings.filter(({ state }) => state === "approved" || state === "rejected").length;
  const types = TYPES.includes(draft.reasoningType) ? TYPES : [...TYPES, draft.reasoningType];
  return (
    <fieldset className="grid min-w-0 grid-cols-1 gap-2">
      <legend className="sr-only">The question</legend>
      <label htmlFor={`${id}-question`} className="eyebrow">
        Question
      </label>
      <Textarea
        id={`${id}-question`}
        dir="auto"
        value={draft.question}
        onChange={(event) => onChange({ ...draft, question: event.target.value })}
        className="min-h-16 font-serif text-lg"
      />
      {draft.choices.map((choice, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a choice's place is its identity while it is typed
        <div key={index} className="flex items-center gap-2">
          <span className="w-4 text-ink-3 text-xs">{choiceLetter(index)}</span>
          <Input
            aria-label={`Choice ${choiceLetter(index)}`}
            dir="auto"
            value={choice}
            onChange={(event) =>
              onChange({
                ...draft,
                choices: draft.choices.map((other, place) => (place === index ? event.target.value : other)),
              })
            }
          />
          <label htmlFor={`${id}-key-${index}`} className="flex items-center gap-1.5 text-xs">
            <Radio
              id={`${id}-key-${index}`}
              name={`${id}-key`}
              checked={draft.keyIndex === index}
              onChange={() => onChange({ ...draft, keyIndex: index })}
            />
            key
          </label>
        </div>
      ))}
      <Select
        aria-label="Reasoning type"
        className="w-auto justify-self-start"
        value={draft.reasoningType}
        onChange={(event) => onChange({ ...draft, reasoningType: event.target.value })}
      >
        {types.map((type) => (
          <option key={type}>{type}</option>
        ))}
      </Select>
      <p className="text-ink-3 text-xs">
        A change here is for all {trace.siblings.length} traces of this question
        {judged > 0 ? `; the verdicts on ${judged} of them go back to be confirmed` : ""}.
      </p>
    </fieldset>
  );
}

/** The continuation (or a standalone thought) and the answer as fields. */
export function BodyEditor({ trace, draft, onChange }: EditorProps) {
  const id = useId();
  return (
    <fieldset className="grid min-w-0 grid-cols-1 gap-2">
      <legend className="sr-only">The thought</legend>
      <label htmlFor={`${id}-body`} className="sr-only">
        {trace.long ? "What follows the cue" : "The thought"}
      </label>
      <Textarea
        id={`${id}-body`}
        dir="auto"
        autoFocus
        value={draft.body}
        onChange={(event) => onChange({ ...draft, body: event.target.value })}
        className="field-sizing-content min-h-40 font-serif text-[1.0625rem] leading-[1.68]"
      />
      <div className="flex flex-wrap items-center gap-2 text-sm">
        <label htmlFor={`${id}-answer`} className="text-ink-3">
          Answer
        </label>
        <Select
          id={`${id}-answer`}
          className="w-auto min-w-0 max-w-full"
          value={draft.answerIndex ?? ""}
          onChange={(event) =>
            onChange({ ...draft, answerIndex: event.target.value === "" ? null : Number(event.target.value) })
          }
        >
          {draft.answerIndex === null ? (
            <option value="">{trace.revision.answer ?? "none"} (ungradable)</option>
          ) : null}
          {draft.choices.map((choice, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a choice's place is its identity
            <option key={index} value={index}>
              {choiceLetter(index)} · {choice}
            </option>
          ))}
        </Select>
      </div>
    </fieldset>
  );
}

/** What somebody else changed since the edit was begun; what was typed stays in its field. */
export function ChangesUnder({ changes }: { changes: readonly BaseChange[] }) {
  if (changes.length === 0) return null;
  return (
    <Notice tone="unsure" role="status" title="Somebody else changed this while you were typing">
      <ul className="mt-1 grid gap-2">
        {changes.map(({ what, now, typed }) => (
          <li key={`${what} ${now}`}>
            <p>
              {sentenceStart(what)} is now{" "}
              {typed === null
                ? "this:"
                : "the following. What you typed stays, and takes its place when you save:"}
            </p>
            <q dir="auto" className="block max-h-32 overflow-y-auto whitespace-pre-line text-ink-2">
              {now}
            </q>
          </li>
        ))}
      </ul>
    </Notice>
  );
}

function sentenceStart(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

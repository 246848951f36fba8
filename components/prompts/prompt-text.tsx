import { Fragment } from "react";
import {
  PROMPT_DEFINITIONS,
  type PromptContent,
  type PromptField,
  type PromptName,
} from "#lib/prompts/schema.ts";

export const FIELD_LABELS: Record<PromptField, { label: string; hint: string }> = {
  system: { label: "System text", hint: "Said to the model before the conversation. Empty: none is sent." },
  user: { label: "User text", hint: "What the model is asked." },
  opening: {
    label: "Opening",
    hint: "The assistant's own first words, before the simple thought. They help the model begin and are not kept.",
  },
};

/** A prompt to read, its variables set apart. */
export function PromptText({ name, content }: { name: PromptName; content: PromptContent }) {
  return (
    <div className="grid gap-6">
      {PROMPT_DEFINITIONS[name].fields.map((field) => (
        <section key={field} aria-label={FIELD_LABELS[field].label}>
          <h2 className="eyebrow mb-1.5">{FIELD_LABELS[field].label}</h2>
          <p className="max-w-[80ch] whitespace-pre-wrap break-words font-mono text-ink text-xs leading-relaxed">
            {content[field] === "" ? (
              <span className="text-ink-3">none</span>
            ) : (
              <WithVariables text={content[field]} />
            )}
          </p>
        </section>
      ))}
    </div>
  );
}

function WithVariables({ text }: { text: string }) {
  const parts = text.split(/(\{\{[^{}]*\}\})/u);
  let place = 0;
  return parts.map((part) => {
    const key = place;
    place += part.length + 1;
    return part.startsWith("{{") ? (
      <span key={key} className="rounded-sm bg-accent-soft px-0.5 text-accent">
        {part}
      </span>
    ) : (
      <Fragment key={key}>{part}</Fragment>
    );
  });
}

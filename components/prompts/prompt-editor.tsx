"use client";

import { useRouter } from "next/navigation";
import { type FormEvent, useRef, useState, useTransition } from "react";
import { FormError } from "#components/auth/form-error.tsx";
import { PromptPreview } from "#components/prompts/prompt-preview.tsx";
import { FIELD_LABELS } from "#components/prompts/prompt-text.tsx";
import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input, Textarea } from "#components/ui/input.tsx";
import { toast } from "#components/ui/toast.ts";
import { savePromptAction } from "#lib/prompts/actions.ts";
import type { ComparisonStage, InputLine } from "#lib/prompts/comparison-schema.ts";
import type { PromptRecord } from "#lib/prompts/queries.ts";
import {
  PROMPT_DEFINITIONS,
  type PromptField,
  type PromptName,
  VARIABLE_LABELS,
} from "#lib/prompts/schema.ts";
import { checkPrompt, findVariables } from "#lib/prompts/template.ts";

export interface PromptEditorProps {
  projectId: string;
  name: PromptName;
  /** The version that the text begins from. */
  shown: PromptRecord;
  newest: number;
  /** What the prompt can be previewed on; null: it belongs to no stage. */
  preview: { stage: ComparisonStage; inputs: readonly InputLine[] } | null;
}

/** Edits a prompt with its variables checked while it is written. Saving makes the next version. */
export function PromptEditor({ projectId, name, shown, newest, preview }: PromptEditorProps) {
  const router = useRouter();
  const [content, setContent] = useState(shown.content);
  const [note, setNote] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const [isPending, startTransition] = useTransition();
  const lastField = useRef<{ field: PromptField; element: HTMLTextAreaElement } | null>(null);
  const { fields, required, optional } = PROMPT_DEFINITIONS[name];
  const problems = checkPrompt(name, content);
  const isChanged =
    fields.some((field) => content[field] !== shown.content[field]) || shown.version !== newest;

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    startTransition(async () => {
      setProblem(null);
      const outcome = await savePromptAction({ projectId, name, content, note, basedOn: newest });
      if (!outcome.data) {
        setProblem(outcome.serverError?.message ?? "The prompt could not be saved. Check its texts.");
        return;
      }
      toast.success(outcome.data.isNew ? `Saved as version ${outcome.data.version}` : "Nothing has changed");
      router.push(`/projects/${projectId}/settings/prompts/${name}`);
      router.refresh();
    });
  }

  function insert(variable: string) {
    const field = lastField.current?.field ?? "user";
    const element = lastField.current?.element;
    const text = content[field];
    const at = element?.selectionStart ?? text.length;
    const inserted = `{{${variable}}}`;
    setContent({
      ...content,
      [field]: text.slice(0, at) + inserted + text.slice(element?.selectionEnd ?? at),
    });
    requestAnimationFrame(() => {
      element?.focus();
      element?.setSelectionRange(at + inserted.length, at + inserted.length);
    });
  }

  return (
    <>
      <form
        onSubmit={submit}
        className="grid gap-6 border-line border-t pt-6 lg:grid-cols-[minmax(0,1fr)_16rem]"
      >
        <div className="grid min-w-0 gap-5">
          <FormError message={problem} />
          {fields.map((field) => {
            const own = problems.find((candidate) => candidate.field === field);
            return (
              <Field
                key={field}
                label={FIELD_LABELS[field].label}
                hint={FIELD_LABELS[field].hint}
                error={own?.message}
              >
                {(ids) => (
                  <Textarea
                    {...ids}
                    value={content[field]}
                    // As tall as its text, within what a screen holds.
                    rows={Math.min(28, Math.max(MIN_ROWS[field], countRows(content[field])))}
                    spellCheck
                    className="font-mono text-xs"
                    onFocus={(event) => {
                      lastField.current = { field, element: event.currentTarget };
                    }}
                    onChange={(event) => setContent({ ...content, [field]: event.currentTarget.value })}
                  />
                )}
              </Field>
            );
          })}
          {problems
            .filter(({ field }) => field === null)
            .map(({ message }) => (
              <p key={message} className="text-sm text-wrong">
                {message}
              </p>
            ))}
          <div className="flex flex-wrap items-end gap-3">
            <Field label="What changed" className="min-w-60 flex-1">
              {(ids) => (
                <Input
                  {...ids}
                  value={note}
                  maxLength={500}
                  onChange={(event) => setNote(event.currentTarget.value)}
                />
              )}
            </Field>
            <Button type="submit" variant="primary" disabled={isPending || problems.length > 0 || !isChanged}>
              {isPending ? "Saving…" : `Save as version ${newest + 1}`}
            </Button>
          </div>
        </div>
        <aside aria-label="Variables">
          <h2 className="eyebrow mb-2">Variables</h2>
          <ul className="grid gap-2.5">
            {[...required, ...optional].map((variable) => (
              <li key={variable} className="text-xs">
                <button
                  type="button"
                  onClick={() => insert(variable)}
                  title="Insert at the cursor"
                  className="rounded-sm bg-accent-soft px-1 font-mono text-accent hover:underline"
                >
                  {`{{${variable}}}`}
                </button>{" "}
                <VariableState
                  isUsed={fields.some((field) => findVariables(content[field]).includes(variable))}
                  isRequired={required.includes(variable)}
                />
                <p className="mt-0.5 text-ink-3">{VARIABLE_LABELS[variable]}</p>
              </li>
            ))}
          </ul>
        </aside>
      </form>
      {preview ? <PromptPreview projectId={projectId} name={name} content={content} {...preview} /> : null}
    </>
  );
}

const MIN_ROWS: Record<PromptField, number> = { system: 4, user: 8, opening: 2 };

/** Lines as they stand in the field, where about 90 characters go into one. */
function countRows(text: string): number {
  return text.split("\n").reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / 90)), 1);
}

function VariableState({ isUsed, isRequired }: { isUsed: boolean; isRequired: boolean }) {
  if (isUsed) return <span className="text-correct">used</span>;
  return (
    <span className={isRequired ? "text-wrong" : "text-ink-3"}>{isRequired ? "missing" : "not used"}</span>
  );
}

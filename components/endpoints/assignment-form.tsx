"use client";

import { useRouter } from "next/navigation";
import { type FormEvent, useState, useTransition } from "react";
import { FormError } from "#components/auth/form-error.tsx";
import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input, Select, Textarea } from "#components/ui/input.tsx";
import { toast } from "#components/ui/toast.ts";
import { assignModelAction } from "#lib/endpoints/actions.ts";
import { PUBLISHED_PARAMETERS } from "#lib/endpoints/defaults.ts";
import type { AssignmentView, EndpointView } from "#lib/endpoints/queries.ts";
import {
  assignmentInputSchema,
  type ContinuationDialect,
  DIALECT_LABELS,
  DIALECTS,
  type Parameters,
  type Purpose,
} from "#lib/endpoints/schema.ts";
import { CHAT_TEMPLATE_NAMES, CHAT_TEMPLATES } from "#lib/generation/continuation/chat-templates.ts";

export interface AssignmentFormProps {
  projectId: string;
  purpose: Purpose;
  endpoints: EndpointView[];
  assignment: AssignmentView | null;
}

const NUMBERS = [
  ["temperature", "0.1"],
  ["top_p", "0.05"],
  ["max_tokens", "1"],
  ["repetition_penalty", "0.01"],
  ["top_k", "1"],
  ["presence_penalty", "0.1"],
  ["frequency_penalty", "0.1"],
] as const satisfies readonly (readonly [keyof Parameters, string])[];

/** Which model serves a purpose, with which parameters, at which price. */
export function AssignmentForm({ projectId, purpose, endpoints, assignment }: AssignmentFormProps) {
  const router = useRouter();
  const [isPending, startTransition] = useTransition();
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [problem, setProblem] = useState<string | null>(null);
  const [dialect, setDialect] = useState(assignment?.dialect ?? "emulated");
  const parameters = assignment?.parameters ?? PUBLISHED_PARAMETERS[purpose];

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const parsed = assignmentInputSchema.safeParse(readForm(new FormData(event.currentTarget), purpose));
    if (!parsed.success) {
      setErrors(
        Object.fromEntries(parsed.error.issues.map((issue) => [String(issue.path.at(-1)), issue.message])),
      );
      return;
    }
    setErrors({});
    setProblem(null);
    startTransition(async () => {
      const outcome = await assignModelAction({ projectId, assignment: parsed.data });
      if (!outcome.data) {
        setProblem(outcome.serverError?.message ?? "This could not be saved. Check what was entered.");
        return;
      }
      toast.success("Saved. Test it before a run.");
      router.push(`/projects/${projectId}/settings/endpoints`);
    });
  }

  return (
    <form onSubmit={submit} className="grid max-w-2xl gap-5 border-line border-t pt-6">
      <FormError message={problem} />
      <div className="grid items-start gap-5 sm:grid-cols-2">
        <Field label="Endpoint" error={errors.endpointId}>
          {(ids) => (
            <Select {...ids} name="endpointId" defaultValue={assignment?.endpointId}>
              {endpoints.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Field label="Model" hint="As the endpoint calls it." error={errors.model}>
          {(ids) => (
            <Input {...ids} name="model" required spellCheck={false} defaultValue={assignment?.model} />
          )}
        </Field>
      </div>

      {purpose === "reasoner" || purpose === "vlm" ? (
        <Field
          label={purpose === "vlm" ? "How its reply is begun for it" : "How it continues a thought"}
          hint={
            purpose === "vlm" && dialect === "emulated"
              ? "The reply is not begun for it: the model is only asked to begin with its thought."
              : DIALECT_LABELS[dialect].does
          }
        >
          {(ids) => (
            <Select
              {...ids}
              name="dialect"
              value={dialect}
              onChange={(event) =>
                setDialect(DIALECTS.find((one) => one === event.currentTarget.value) ?? "emulated")
              }
            >
              {DIALECTS.filter((one) => purpose === "reasoner" || isForImages(one)).map((one) => (
                <option key={one} value={one}>
                  {purpose === "vlm" && one === "emulated" ? "Not at all" : DIALECT_LABELS[one].name}
                </option>
              ))}
            </Select>
          )}
        </Field>
      ) : null}
      {purpose === "reasoner" && dialect === "completions" ? (
        <Field
          label="Chat template"
          hint="How this model family writes a chat as one text."
          error={errors.template}
        >
          {(ids) => (
            <Select {...ids} name="template" defaultValue={assignment?.template ?? CHAT_TEMPLATE_NAMES[0]}>
              {CHAT_TEMPLATE_NAMES.map((name) => (
                <option key={name} value={name}>
                  {CHAT_TEMPLATES[name].label} ({name})
                </option>
              ))}
            </Select>
          )}
        </Field>
      ) : null}

      <fieldset className="grid gap-3">
        <legend className="font-medium text-sm">Parameters</legend>
        <p className="text-ink-3 text-xs">
          An empty field is not sent.{" "}
          {purpose === "reasoner"
            ? "The published cap of 256 tokens ends 7 % of long thoughts before their answer; 1,024 is enough for nearly all."
            : null}
        </p>
        <div className="grid grid-cols-2 gap-4 sm:grid-cols-3">
          {NUMBERS.map(([name, step]) => (
            <Field key={name} label={<span className="font-mono text-xs">{name}</span>} error={errors[name]}>
              {(ids) => (
                <Input {...ids} name={name} type="number" step={step} defaultValue={parameters[name]} />
              )}
            </Field>
          ))}
        </div>
        <Field
          label={<span className="font-mono text-xs">bad_words</span>}
          hint="Banned while decoding, one a line; only where the endpoint takes it."
          error={errors.bad_words}
        >
          {(ids) => (
            <Textarea
              {...ids}
              name="bad_words"
              rows={4}
              className="font-mono text-xs"
              defaultValue={parameters.bad_words?.join("\n")}
            />
          )}
        </Field>
      </fieldset>

      <div className="grid items-start gap-5 sm:grid-cols-2">
        <Field
          label="Price of input"
          hint="US dollars per million tokens. Empty: not known."
          error={errors.inputPrice}
        >
          {(ids) => (
            <Input
              {...ids}
              name="inputPrice"
              inputMode="decimal"
              defaultValue={shortPrice(assignment?.inputPrice)}
            />
          )}
        </Field>
        <Field
          label="Price of output"
          hint="US dollars per million tokens. Empty: not known."
          error={errors.outputPrice}
        >
          {(ids) => (
            <Input
              {...ids}
              name="outputPrice"
              inputMode="decimal"
              defaultValue={shortPrice(assignment?.outputPrice)}
            />
          )}
        </Field>
      </div>
      <div>
        <Button type="submit" variant="primary" disabled={isPending || endpoints.length === 0}>
          {isPending ? "Saving…" : "Save"}
        </Button>
      </div>
    </form>
  );
}

/** Raw completions take no image, and a thought in its own field can't be begun with its tag alone. */
function isForImages(dialect: ContinuationDialect): boolean {
  return dialect !== "completions" && dialect !== "prefix_reasoning";
}

function readForm(form: FormData, purpose: Purpose): unknown {
  const text = (name: string) => String(form.get(name) ?? "").trim();
  const numbers = NUMBERS.flatMap(([name]) => (text(name) === "" ? [] : [[name, Number(text(name))]]));
  const badWords = text("bad_words")
    .split(/\s*\n\s*/u)
    .filter((word) => word !== "");
  const dialect = form.get("dialect") ?? "emulated";
  return {
    purpose,
    endpointId: form.get("endpointId"),
    model: form.get("model"),
    parameters: { ...Object.fromEntries(numbers), ...(badWords.length > 0 ? { bad_words: badWords } : {}) },
    dialect,
    template: form.get("template"),
    inputPrice: text("inputPrice") || null,
    outputPrice: text("outputPrice") || null,
  };
}

function shortPrice(price: string | null | undefined): string {
  return price === null || price === undefined ? "" : String(Number(price));
}

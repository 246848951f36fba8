"use client";

import { useRouter } from "next/navigation";
import { type FormEvent, useState, useTransition } from "react";
import { FormError } from "#components/auth/form-error.tsx";
import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/field.tsx";
import { Checkbox, Input, Select } from "#components/ui/input.tsx";
import { toast } from "#components/ui/toast.ts";
import { createEndpointAction, updateEndpointAction } from "#lib/endpoints/actions.ts";
import type { EndpointView } from "#lib/endpoints/queries.ts";
import { CAPABILITY_LABELS, type Capabilities, endpointInputSchema } from "#lib/endpoints/schema.ts";
import { USUAL_PRICE_FACTOR } from "#lib/generation/batch/schema.ts";

type FlagName = keyof typeof CAPABILITY_LABELS;
const IN_WORDS = new Set<FlagName>(["structuredOutput", "streamUsage", "imageUrls", "batchApi"]);
const FLAGS = Object.keys(CAPABILITY_LABELS) as FlagName[];

const PER_MINUTE = [
  { name: "requestsPerMinute", label: "Calls per minute" },
  { name: "tokensPerMinute", label: "Tokens per minute" },
] as const;

/** Adds or edits an endpoint. The stored key is never sent to the browser: an empty field leaves it as it is. */
export function EndpointForm({ projectId, endpoint }: { projectId: string; endpoint: EndpointView | null }) {
  const router = useRouter();
  const [isPending, startTransition] = useTransition();
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [problem, setProblem] = useState<string | null>(null);
  const [removesKey, setRemovesKey] = useState(false);
  const hasKey = endpoint !== null && endpoint.key.kind !== "none";

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const parsed = endpointInputSchema.safeParse(readForm(form, removesKey));
    if (!parsed.success) {
      setErrors(
        Object.fromEntries(parsed.error.issues.map((issue) => [String(issue.path[0]), issue.message])),
      );
      return;
    }
    setErrors({});
    setProblem(null);
    startTransition(async () => {
      const outcome = endpoint
        ? await updateEndpointAction({ projectId, endpointId: endpoint.id, endpoint: parsed.data })
        : await createEndpointAction({ projectId, endpoint: parsed.data });
      if (!outcome.data) {
        setProblem(
          outcome.serverError?.message ?? "The endpoint could not be saved. Check what was entered.",
        );
        return;
      }
      toast.success(endpoint ? "Saved" : "Endpoint added");
      router.push(`/projects/${projectId}/settings/endpoints`);
    });
  }

  return (
    <form onSubmit={submit} className="grid max-w-2xl gap-5 border-line border-t pt-6" autoComplete="off">
      <FormError message={problem} />
      <Field label="Name" error={errors.name}>
        {(ids) => <Input {...ids} name="name" required maxLength={80} defaultValue={endpoint?.name} />}
      </Field>
      <Field
        label="Base URL"
        hint="With its version, such as https://api.openai.com/v1 or http://gpu-1:8000/v1; simulator: for the built-in simulator."
        error={errors.baseUrl}
      >
        {(ids) => (
          <Input
            {...ids}
            name="baseUrl"
            required
            spellCheck={false}
            className="font-mono"
            defaultValue={endpoint?.baseUrl}
          />
        )}
      </Field>
      <div className="grid gap-2">
        <Field
          label="Key"
          hint={
            hasKey
              ? `${describeKey(endpoint)} Leave this empty to keep it.`
              : "Stored encrypted and never shown again. Servers without keys need none."
          }
          error={errors.apiKey}
        >
          {(ids) => (
            <Input
              {...ids}
              name="apiKey"
              type="password"
              autoComplete="new-password"
              spellCheck={false}
              className="font-mono"
              disabled={removesKey}
            />
          )}
        </Field>
        {hasKey ? (
          <div className="flex min-h-7 items-center gap-2 text-sm">
            <Checkbox
              id="remove-key"
              checked={removesKey}
              onChange={(event) => setRemovesKey(event.currentTarget.checked)}
            />
            <label htmlFor="remove-key">Remove the key</label>
          </div>
        ) : null}
      </div>
      <div className="grid items-start gap-5 sm:grid-cols-2">
        <Field
          label="Calls at once"
          hint="Of one model in flight at once, over all workers; fewer after refusals for too many."
          error={errors.concurrency}
        >
          {(ids) => (
            <Input
              {...ids}
              name="concurrency"
              type="number"
              min={1}
              max={1000}
              required
              defaultValue={endpoint?.concurrency ?? 8}
            />
          )}
        </Field>
        <Field label="Time limit, seconds" hint="For a whole reply." error={errors.timeoutSeconds}>
          {(ids) => (
            <Input
              {...ids}
              name="timeoutSeconds"
              type="number"
              min={1}
              max={300}
              required
              defaultValue={(endpoint?.timeoutMs ?? 120_000) / 1000}
            />
          )}
        </Field>
      </div>
      <div className="grid items-start gap-5 sm:grid-cols-2">
        {PER_MINUTE.map(({ name, label }) => (
          <Field
            key={name}
            label={label}
            hint="What the provider allows of one model. Empty: no limit is known."
            error={errors[name]}
          >
            {(ids) => (
              <Input
                {...ids}
                name={name}
                type="number"
                min={1}
                step={1}
                defaultValue={endpoint?.[name] ?? ""}
              />
            )}
          </Field>
        ))}
      </div>
      <CapabilityFields capabilities={endpoint?.capabilities ?? null} />
      <div className="flex gap-2">
        <Button type="submit" variant="primary" disabled={isPending}>
          {isPending ? "Saving…" : endpoint ? "Save" : "Add the endpoint"}
        </Button>
      </div>
    </form>
  );
}

function CapabilityFields({ capabilities }: { capabilities: Capabilities | null }) {
  return (
    <fieldset className="grid gap-2">
      <legend className="font-medium text-sm">What it takes beyond the plain protocol</legend>
      <p className="text-ink-3 text-xs">
        Only what is ticked is sent; a stage's parameter that is not is left out, and the call's page says so.
        A probe finds most of this out.
      </p>
      <div className="mt-1 grid gap-1.5 sm:grid-cols-2">
        {FLAGS.map((name) => (
          <div key={name} className="flex min-h-7 items-center gap-2 text-sm">
            <Checkbox id={`takes-${name}`} name={name} defaultChecked={capabilities?.[name] ?? false} />
            <label htmlFor={`takes-${name}`}>
              {IN_WORDS.has(name) ? CAPABILITY_LABELS[name] : <FieldName label={CAPABILITY_LABELS[name]} />}
            </label>
          </div>
        ))}
      </div>
      <Field label="Name of the length limit" className="mt-2 max-w-xs">
        {(ids) => (
          <Select {...ids} name="maxTokensField" defaultValue={capabilities?.maxTokensField ?? "max_tokens"}>
            <option value="max_tokens">max_tokens</option>
            <option value="max_completion_tokens">max_completion_tokens (newer OpenAI models)</option>
          </Select>
        )}
      </Field>
      <Field
        label="Price by batch, in percent"
        hint="Of the usual price, for stages that go by the Batch API."
        className="mt-2 max-w-xs"
      >
        {(ids) => (
          <Input
            {...ids}
            name="batchPercent"
            type="number"
            min={0}
            max={100}
            step={1}
            defaultValue={Math.round((capabilities?.batchPriceFactor ?? USUAL_PRICE_FACTOR) * 100)}
          />
        )}
      </Field>
    </fieldset>
  );
}

/** A field's name as it stands in a request, and what it is in words behind it. */
function FieldName({ label }: { label: string }) {
  const end = /^\w+(?:: \w+)?/u.exec(label)?.[0].length ?? label.length;
  return (
    <>
      <span className="font-mono text-xs">{label.slice(0, end)}</span>
      {label.slice(end)}
    </>
  );
}

function readForm(form: FormData, removesKey: boolean): unknown {
  const apiKey = String(form.get("apiKey") ?? "").trim();
  return {
    name: form.get("name"),
    baseUrl: form.get("baseUrl"),
    ...(removesKey ? { apiKey: "" } : apiKey === "" ? {} : { apiKey }),
    concurrency: Number(form.get("concurrency")),
    ...Object.fromEntries(
      PER_MINUTE.map(({ name }) => {
        const text = String(form.get(name) ?? "").trim();
        return [name, text === "" ? null : Number(text)];
      }),
    ),
    timeoutSeconds: Number(form.get("timeoutSeconds")),
    capabilities: {
      ...Object.fromEntries(FLAGS.map((name) => [name, form.get(name) === "on"])),
      maxTokensField: form.get("maxTokensField"),
      batchPriceFactor: Number(form.get("batchPercent")) / 100,
    },
  };
}

function describeKey({ key }: EndpointView): string {
  if (key.kind === "environment") return `The key comes from ${key.variable} in the server's environment.`;
  return key.kind === "stored" && key.hint !== ""
    ? `A key that ends in ${key.hint} is stored.`
    : "A key is stored.";
}

"use client";

import { useAction } from "next-safe-action/hooks";
import { type FormEvent, useState } from "react";
import { FormError } from "#components/auth/form-error.tsx";
import { KindRules } from "#components/projects/kind-rules.tsx";
import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/field.tsx";
import { formatCount } from "#components/ui/format.ts";
import { Input, Select } from "#components/ui/input.tsx";
import { toast } from "#components/ui/toast.ts";
import { changeSelectionPolicyAction, previewSelectionAction } from "#lib/generation/selection-actions.ts";
import {
  DEFAULT_POLICY,
  REVIEW_KINDS,
  type SelectionPolicy,
  selectionPolicySchema,
} from "#lib/generation/selection-policy.ts";
import type { SelectionPreview } from "#lib/generation/selection-queries.ts";

export interface SelectionPolicyFormProps {
  projectId: string;
  policy: SelectionPolicy;
  isEditable: boolean;
}

/** Which traces go to review, with a look at what that would be before it is saved. */
export function SelectionPolicyForm({ projectId, policy: saved, isEditable }: SelectionPolicyFormProps) {
  const [policy, setPolicy] = useState(saved);
  const save = useAction(changeSelectionPolicyAction, {
    onSuccess: () => void toast.success("Saved. The traces are chosen anew in the background."),
  });
  const preview = useAction(previewSelectionAction);
  const problem = problemOf(policy);
  const change = (more: Partial<SelectionPolicy>) => {
    setPolicy({ ...policy, ...more });
    preview.reset();
  };

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (problem === null) save.execute({ projectId, policy });
  }

  return (
    <form onSubmit={submit} className="grid max-w-xl gap-5">
      <FormError message={save.result.serverError?.message ?? preview.result.serverError?.message} />
      <KindRules kinds={policy.kinds} isEditable={isEditable} onChange={(kinds) => change({ kinds })} />
      <div className="grid items-start gap-5 sm:grid-cols-2">
        <Field label="Order within a question" hint={ORDER_HINTS[policy.order]}>
          {(ids) => (
            <Select
              {...ids}
              value={policy.order}
              disabled={!isEditable}
              onChange={(event) =>
                change({ order: event.target.value === "longest_first" ? "longest_first" : "in_turn" })
              }
            >
              <option value="in_turn">kinds take turns</option>
              <option value="longest_first">drawn, the longest first</option>
            </Select>
          )}
        </Field>
        <Field label="Total" hint="Of the whole project. Empty: no limit.">
          {(ids) => (
            <Input
              {...ids}
              type="number"
              min={1}
              max={10_000_000}
              value={policy.total ?? ""}
              disabled={!isEditable}
              onChange={(event) =>
                change({ total: event.target.value === "" ? null : Number(event.target.value) })
              }
            />
          )}
        </Field>
        {policy.total !== null ? (
          <Field
            label="Share the total"
            hint="With a total, traces go to review when a run ends, since the draw has to see all of them."
          >
            {(ids) => (
              <Select
                {...ids}
                value={policy.stratify}
                disabled={!isEditable}
                onChange={(event) =>
                  change({ stratify: event.target.value === "reasoning_type" ? "reasoning_type" : "none" })
                }
              >
                <option value="none">as the draw falls</option>
                <option value="reasoning_type">alike over the reasoning types</option>
              </Select>
            )}
          </Field>
        ) : null}
        {policy.total !== null || policy.order === "longest_first" ? (
          <Field label="Seed" hint="The same seed on the same traces draws the same.">
            {(ids) => (
              <Input
                {...ids}
                value={policy.seed}
                maxLength={120}
                disabled={!isEditable}
                onChange={(event) => change({ seed: event.target.value })}
              />
            )}
          </Field>
        ) : null}
      </div>
      <div aria-live="polite" className="text-sm">
        {problem ? <p className="text-wrong">{problem}</p> : null}
        {preview.result.data ? <Preview preview={preview.result.data} /> : null}
      </div>
      {isEditable ? (
        <div className="flex flex-wrap gap-2">
          <Button type="submit" disabled={save.isPending || problem !== null}>
            {save.isPending ? "Saving…" : "Save the selection"}
          </Button>
          <Button
            disabled={preview.isPending || problem !== null}
            onClick={() => preview.execute({ projectId, policy })}
          >
            {preview.isPending ? "Looking…" : "See what would go to review"}
          </Button>
          {JSON.stringify(policy) !== JSON.stringify(DEFAULT_POLICY) ? (
            <Button variant="ghost" onClick={() => change(DEFAULT_POLICY)}>
              Back to the default
            </Button>
          ) : null}
        </div>
      ) : null}
    </form>
  );
}

const ORDER_HINTS: Record<SelectionPolicy["order"], string> = {
  in_turn: "One of each kind in turn, the first samples first.",
  longest_first: "The longest weighs 1, the next 0.5, then 0.25.",
};

function problemOf(policy: SelectionPolicy): string | null {
  const parsed = selectionPolicySchema.safeParse(policy);
  if (!parsed.success) return parsed.error.issues[0]?.message ?? "This is no selection.";
  return REVIEW_KINDS.some((kind) => policy.kinds[kind].take) ? null : "Take at least one kind.";
}

function Preview({ preview }: { preview: SelectionPreview }) {
  const { passed, selected, byKind, byType, isEstimate } = preview;
  const list = (rows: readonly { name: string; count: number }[]) =>
    rows.map(({ name, count }) => `${formatCount(count)} ${name}`).join(", ");
  return (
    <>
      <p className="font-medium">
        Of {isEstimate ? "about " : ""}
        {formatCount(passed)} traces that passed, {isEstimate ? "about " : ""}
        {formatCount(selected)} would go to review.
      </p>
      {byKind.length > 0 ? (
        <p className="text-ink-3">
          Chosen: {list(byKind.map(({ kind, count }) => ({ name: kind, count })))}.{" "}
          {list(byType.map(({ type, count }) => ({ name: type, count })))}.
        </p>
      ) : null}
      {isEstimate ? (
        <p className="text-ink-3">Counted on the first 5,000 questions and extended to all.</p>
      ) : null}
    </>
  );
}

"use client";

import { useAction } from "next-safe-action/hooks";
import type { FormEvent } from "react";
import { FormError } from "#components/auth/form-error.tsx";
import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input, Textarea } from "#components/ui/input.tsx";
import { toast } from "#components/ui/toast.ts";
import { changeReviewSettingsAction } from "#lib/projects/actions.ts";

export interface ReviewSettingsFormProps {
  projectId: string;
  isEditable: boolean;
  settings: {
    verdictsPerTrace: number;
    tracesPerQuestion: number;
    /** Millionths of a US dollar; null: no limit. */
    reviewerAllowance: number | null;
    /** Repairs per reviewer and day; null: no limit. */
    repairAllowance: number | null;
    guidelines: string;
  };
}

export function ReviewSettingsForm({ projectId, isEditable, settings }: ReviewSettingsFormProps) {
  const { execute, result, isPending } = useAction(changeReviewSettingsAction, {
    onSuccess: () => void toast.success("Saved"),
  });
  const errors = result.validationErrors?.fieldErrors;
  const { verdictsPerTrace, tracesPerQuestion, reviewerAllowance, repairAllowance, guidelines } = settings;

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    execute({
      projectId,
      verdictsPerTrace: String(form.get("verdictsPerTrace")),
      tracesPerQuestion: String(form.get("tracesPerQuestion")),
      reviewerAllowance: String(form.get("reviewerAllowance")),
      repairAllowance: String(form.get("repairAllowance")),
      guidelines: String(form.get("guidelines")),
    });
  }

  return (
    <form onSubmit={submit} className="grid max-w-xl gap-5">
      <FormError message={result.serverError?.message} />
      <div className="grid items-start gap-5 sm:grid-cols-2">
        <Field
          label="Verdicts per trace"
          hint="Independent reviewers that judge each."
          error={errors?.verdictsPerTrace?.[0]}
        >
          {(ids) => (
            <Input
              {...ids}
              name="verdictsPerTrace"
              type="number"
              min={1}
              max={5}
              defaultValue={verdictsPerTrace}
              disabled={!isEditable}
              required
            />
          )}
        </Field>
        <Field
          label="Traces per question"
          hint="At most so many go to review."
          error={errors?.tracesPerQuestion?.[0]}
        >
          {(ids) => (
            <Input
              {...ids}
              name="tracesPerQuestion"
              type="number"
              min={1}
              max={100}
              defaultValue={tracesPerQuestion}
              disabled={!isEditable}
              required
            />
          )}
        </Field>
        <Field
          label="Reviewer allowance, $"
          hint="For single generations. Empty: no limit."
          error={errors?.reviewerAllowance?.[0]}
        >
          {(ids) => (
            <Input
              {...ids}
              name="reviewerAllowance"
              inputMode="decimal"
              defaultValue={reviewerAllowance === null ? "" : String(reviewerAllowance / 1_000_000)}
              disabled={!isEditable}
            />
          )}
        </Field>
        <Field
          label="Repairs per reviewer and day"
          hint="Thoughts that a reviewer may have a model go on with. Empty: no limit."
          error={errors?.repairAllowance?.[0]}
        >
          {(ids) => (
            <Input
              {...ids}
              name="repairAllowance"
              inputMode="numeric"
              defaultValue={repairAllowance ?? ""}
              disabled={!isEditable}
            />
          )}
        </Field>
      </div>
      <Field
        label="Guidelines"
        hint="Reviewers open this text with G: what counts as right, what to mend, what to reject. A line that begins with # is a heading; with - or 1. an item of a list; an empty line parts paragraphs."
        error={errors?.guidelines?.[0]}
      >
        {(ids) => (
          <Textarea
            {...ids}
            name="guidelines"
            rows={12}
            defaultValue={guidelines}
            disabled={!isEditable}
            maxLength={20_000}
          />
        )}
      </Field>
      {isEditable ? (
        <div>
          <Button type="submit" disabled={isPending}>
            {isPending ? "Saving…" : "Save review settings"}
          </Button>
        </div>
      ) : null}
    </form>
  );
}

"use client";

import { Snowflake } from "lucide-react";
import Link from "next/link";
import { useAction } from "next-safe-action/hooks";
import { type FormEvent, useId } from "react";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogClose, DialogFooter } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { formatCount, formatPlural } from "#components/ui/format.ts";
import { Input } from "#components/ui/input.tsx";
import { KindMark } from "#components/ui/kind-mark.tsx";
import { Notice } from "#components/ui/page.tsx";
import { createVersionAction } from "#lib/datasets/actions.ts";
import type { SelectionPreview } from "#lib/datasets/queries.ts";
import type { TraceKind } from "#lib/traces/kind.ts";

const KIND_WORDS: Partial<Record<TraceKind, string>> = {
  O: "right at first sight",
  OO: "right, and right again",
  XO: "wrong at first, then right",
};

/** Freezes what is approved. Says first what would go in. */
export function CreateVersionDialog({
  projectId,
  preview,
}: {
  projectId: string;
  preview: SelectionPreview;
}) {
  const { execute, result, isPending, hasNavigated } = useAction(createVersionAction);
  const listId = useId();
  const isEmpty = preview.approvedRight === 0;
  const isBusy = isPending || hasNavigated;

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    execute({ projectId, name: String(new FormData(event.currentTarget).get("name")) });
  }

  return (
    <Dialog
      trigger={
        <Button variant="primary">
          <Snowflake aria-hidden />
          New version
        </Button>
      }
      title="Freeze a new version"
      description="It takes every approved trace that ends in the right answer, exactly as it was approved."
    >
      {isEmpty ? (
        <Notice title="Nothing to freeze yet">
          No approved trace ends in the right answer.{" "}
          {preview.waiting > 0 ? (
            <Link href={`/projects/${projectId}/review`} className="link">
              {formatPlural(preview.waiting, "trace waits", "traces wait")} for review.
            </Link>
          ) : (
            "Start a run, then review what it made."
          )}
        </Notice>
      ) : (
        <form onSubmit={submit} className="grid gap-5">
          <dl className="grid gap-1.5">
            {preview.byKind.map(({ kind, count }) => (
              <div key={kind} className="flex items-center justify-between border-line border-b py-1">
                <dt className="flex items-center gap-2.5">
                  <span className="w-8">
                    <KindMark kind={kind} />
                  </span>
                  {KIND_WORDS[kind]}
                </dt>
                <dd className="tabular">{formatCount(count)}</dd>
              </div>
            ))}
          </dl>
          {preview.approvedOther > 0 ? (
            <p className="text-ink-3 text-xs">
              {formatPlural(preview.approvedOther, "approved trace ends", "approved traces end")} wrong or
              without a grade: left out and counted.
            </p>
          ) : null}
          <Field
            label="Dataset"
            hint="An existing name gets its next version."
            error={result.validationErrors?.fieldErrors?.name?.[0]}
          >
            {(ids) => (
              <>
                <Input
                  {...ids}
                  name="name"
                  required
                  maxLength={60}
                  defaultValue={preview.names[0] ?? "approved"}
                  list={listId}
                  autoComplete="off"
                />
                <datalist id={listId}>
                  {preview.names.map((name) => (
                    <option key={name} value={name} />
                  ))}
                </datalist>
              </>
            )}
          </Field>
          {result.serverError ? (
            <Notice tone="wrong" role="alert">
              {result.serverError.message}
            </Notice>
          ) : null}
          <DialogFooter>
            <DialogClose asChild>
              <Button variant="ghost">Cancel</Button>
            </DialogClose>
            <Button type="submit" variant="primary" disabled={isBusy}>
              {isBusy ? "Freezing…" : "Freeze"}
            </Button>
          </DialogFooter>
        </form>
      )}
    </Dialog>
  );
}

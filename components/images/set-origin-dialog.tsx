"use client";

import { Scale } from "lucide-react";
import { useAction } from "next-safe-action/hooks";
import { type FormEvent, useId, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogClose, DialogFooter } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { formatPlural } from "#components/ui/format.ts";
import { Checkbox, Input } from "#components/ui/input.tsx";
import { Notice } from "#components/ui/page.tsx";
import { toast } from "#components/ui/toast.ts";
import { setOriginAction } from "#lib/images/actions.ts";
import type { GalleryFilter } from "#lib/images/schema.ts";

const COMMON = [
  "CC0 1.0",
  "CC BY 4.0",
  "CC BY-SA 4.0",
  "CC BY-NC 4.0",
  "CC BY-NC-SA 4.0",
  "CC BY-ND 4.0",
  "PDDL 1.0",
];

/** Says of all images of the view under which licence they are and where they come from. */
export function SetOriginDialog({
  projectId,
  filter,
  images,
}: {
  projectId: string;
  filter: GalleryFilter;
  /** How many the view shows. */
  images: number;
}) {
  const [isOpen, setOpen] = useState(false);
  const [onlyUnknown, setOnlyUnknown] = useState(true);
  const listId = useId();
  const onlyId = useId();
  const { execute, result, isPending, reset } = useAction(setOriginAction, {
    onSuccess: ({ data }) => {
      setOpen(false);
      toast.success(
        data.licences + data.sources === 0
          ? "Nothing changed: all of it was known already."
          : `Said of ${formatPlural(Math.max(data.licences, data.sources), "image")}.`,
      );
    },
  });

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? "");
    execute({ projectId, filter, licence: text("licence"), source: text("source"), onlyUnknown });
  }

  return (
    <Dialog
      open={isOpen}
      onOpenChange={(next) => {
        setOpen(next);
        reset();
      }}
      trigger={
        <Button variant="ghost">
          <Scale aria-hidden />
          Licence
        </Button>
      }
      title="Licence and source"
      description={`Of ${formatPlural(images, "image")}: all that this view shows. Every dataset’s card says what the licences of its pictures ask for or forbid.`}
    >
      <form onSubmit={submit} className="grid gap-5">
        <Field
          label="Licence"
          hint="By its usual name, or its address."
          error={result.validationErrors?.fieldErrors?.licence?.[0]}
        >
          {(ids) => (
            <>
              <Input {...ids} name="licence" maxLength={300} list={listId} autoComplete="off" />
              <datalist id={listId}>
                {COMMON.map((name) => (
                  <option key={name} value={name} />
                ))}
              </datalist>
            </>
          )}
        </Field>
        <Field
          label="Source"
          hint="Whom to name: the collection, the photographer, an address."
          error={result.validationErrors?.fieldErrors?.source?.[0]}
        >
          {(ids) => <Input {...ids} name="source" maxLength={300} autoComplete="off" />}
        </Field>
        <div className="flex items-start gap-2.5">
          <Checkbox
            id={onlyId}
            className="mt-0.5"
            checked={onlyUnknown}
            onChange={(event) => setOnlyUnknown(event.target.checked)}
          />
          <label htmlFor={onlyId}>Only where it is not known yet</label>
        </div>
        {result.serverError ? (
          <Notice tone="wrong" role="alert">
            {result.serverError.message}
          </Notice>
        ) : null}
        <DialogFooter>
          <DialogClose asChild>
            <Button variant="ghost">Cancel</Button>
          </DialogClose>
          <Button type="submit" variant="primary" disabled={isPending}>
            {isPending ? "Saving…" : "Save"}
          </Button>
        </DialogFooter>
      </form>
    </Dialog>
  );
}

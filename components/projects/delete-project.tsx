"use client";

import { useState } from "react";
import { FormError } from "#components/auth/form-error.tsx";
import { useCommand } from "#components/people/use-command.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogClose, DialogFooter } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { formatPlural } from "#components/ui/format.ts";
import { Input } from "#components/ui/input.tsx";
import { deleteProjectAction } from "#lib/projects/actions.ts";

export interface DeleteProjectProps {
  projectId: string;
  name: string;
  contents: { images: number; questions: number; traces: number; approved: number; datasetVersions: number };
}

/** Deletes a project once its name was typed. */
export function DeleteProject({ projectId, name, contents }: DeleteProjectProps) {
  const [typedName, setTypedName] = useState("");
  const { run, isPending, error } = useCommand();
  const isTyped = typedName.trim() === name;
  return (
    <Dialog
      trigger={<Button variant="danger">Delete the project…</Button>}
      title={`Delete “${name}”?`}
      description={`${formatPlural(contents.images, "image")}, ${formatPlural(contents.questions, "question")}, ${formatPlural(contents.traces, "trace")} (${contents.approved} approved) and ${formatPlural(contents.datasetVersions, "dataset version")} are removed for everyone, with their files. This cannot be undone.`}
      onOpenChange={() => setTypedName("")}
    >
      <form
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (!isTyped) return;
          run(
            () => deleteProjectAction({ projectId, typedName }),
            "Project deleted",
            () => window.location.assign("/projects"),
          );
        }}
      >
        <FormError message={error} />
        <Field label={<>Type the project’s name: {name}</>}>
          {(ids) => (
            <Input
              {...ids}
              value={typedName}
              onChange={(event) => setTypedName(event.currentTarget.value)}
              autoComplete="off"
              spellCheck={false}
            />
          )}
        </Field>
        <DialogFooter>
          <DialogClose asChild>
            <Button variant="ghost">Cancel</Button>
          </DialogClose>
          <Button type="submit" variant="danger" disabled={!isTyped || isPending}>
            {isPending ? "Deleting…" : "Delete for everyone"}
          </Button>
        </DialogFooter>
      </form>
    </Dialog>
  );
}

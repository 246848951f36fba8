"use client";

import Link from "next/link";
import { useAction } from "next-safe-action/hooks";
import type { FormEvent } from "react";
import { FormError } from "#components/auth/form-error.tsx";
import { ProjectFields } from "#components/projects/project-fields.tsx";
import { Button } from "#components/ui/button.tsx";
import { createProjectAction } from "#lib/projects/actions.ts";

export function NewProjectForm() {
  const { execute, result, isPending, hasSucceeded, hasNavigated } = useAction(createProjectAction);
  const isBusy = isPending || hasSucceeded || hasNavigated;

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    execute({ name: String(form.get("name")), description: String(form.get("description")) });
  }

  return (
    <form onSubmit={submit} className="grid max-w-xl gap-5 border-line border-t pt-6">
      <FormError message={result.serverError?.message} />
      <ProjectFields errors={result.validationErrors?.fieldErrors} />
      <div className="flex gap-2">
        <Button type="submit" variant="primary" disabled={isBusy}>
          {isBusy ? "Making it…" : "Make the project"}
        </Button>
        <Button asChild variant="ghost">
          <Link href="/projects">Cancel</Link>
        </Button>
      </div>
    </form>
  );
}

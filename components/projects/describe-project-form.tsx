"use client";

import { useAction } from "next-safe-action/hooks";
import type { FormEvent } from "react";
import { FormError } from "#components/auth/form-error.tsx";
import { ProjectFields } from "#components/projects/project-fields.tsx";
import { Button } from "#components/ui/button.tsx";
import { toast } from "#components/ui/toast.ts";
import { describeProjectAction } from "#lib/projects/actions.ts";

export interface DescribeProjectFormProps {
  projectId: string;
  name: string;
  description: string;
  isEditable: boolean;
}

export function DescribeProjectForm({ projectId, name, description, isEditable }: DescribeProjectFormProps) {
  const { execute, result, isPending } = useAction(describeProjectAction, {
    onSuccess: () => void toast.success("Saved"),
  });

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    execute({ projectId, name: String(form.get("name")), description: String(form.get("description")) });
  }

  return (
    <form onSubmit={submit} className="grid max-w-xl gap-5">
      <FormError message={result.serverError?.message} />
      <ProjectFields
        name={name}
        description={description}
        disabled={!isEditable}
        errors={result.validationErrors?.fieldErrors}
      />
      {isEditable ? (
        <div>
          <Button type="submit" disabled={isPending}>
            {isPending ? "Saving…" : "Save name and description"}
          </Button>
        </div>
      ) : null}
    </form>
  );
}

"use client";

import { Field } from "#components/ui/field.tsx";
import { Input, Textarea } from "#components/ui/input.tsx";

export interface ProjectFieldsProps {
  name?: string;
  description?: string;
  disabled?: boolean;
  errors: { name?: string[]; description?: string[] } | undefined;
}

/** A project's name and description. */
export function ProjectFields({ name, description, disabled, errors }: ProjectFieldsProps) {
  return (
    <>
      <Field label="Name" hint="The command line finds the project by it." error={errors?.name?.[0]}>
        {(ids) => (
          <Input
            {...ids}
            name="name"
            defaultValue={name}
            disabled={disabled}
            required
            maxLength={100}
            autoComplete="off"
          />
        )}
      </Field>
      <Field
        label="Description"
        hint="What the images are and what the data is for. Optional."
        error={errors?.description?.[0]}
      >
        {(ids) => (
          <Textarea
            {...ids}
            name="description"
            defaultValue={description}
            disabled={disabled}
            maxLength={2000}
          />
        )}
      </Field>
    </>
  );
}

"use client";

import { PARAMETER_FIELDS, type ParameterName, type ParameterTexts } from "#components/runs/new-run-state.ts";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { STAGE_NAMES } from "#lib/generation/run-schema.ts";
import type { Stage } from "#lib/generation/schema.ts";

export interface ParameterFieldsProps {
  stage: Stage;
  texts: ParameterTexts;
  onChange: (name: ParameterName, text: string) => void;
}

/** One stage's sampling parameters, filled in as the project's settings have them. */
export function ParameterFields({ stage, texts, onChange }: ParameterFieldsProps) {
  return (
    <fieldset>
      <legend className="mb-2 text-ink-2 text-sm">
        {stage}. {STAGE_NAMES[stage].name}
      </legend>
      <div className="grid grid-cols-2 gap-4 sm:grid-cols-4">
        {PARAMETER_FIELDS.map((field) => (
          <Field key={field.name} label={field.label}>
            {(ids) => (
              <Input
                {...ids}
                type="number"
                inputMode="decimal"
                step={field.step}
                min={field.min}
                max={field.max}
                placeholder="endpoint's own"
                value={texts[field.name]}
                onChange={(event) => onChange(field.name, event.target.value)}
              />
            )}
          </Field>
        ))}
      </div>
    </fieldset>
  );
}

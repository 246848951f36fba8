"use client";

import { Eye, EyeOff } from "lucide-react";
import { useState } from "react";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";

export interface PasswordFieldProps {
  name: string;
  label: string;
  /** current-password lets the browser fill it in; new-password lets it propose one. */
  autoComplete: "current-password" | "new-password";
  hint?: string;
  error?: string | undefined;
}

/** A password that can be looked at while typing. */
export function PasswordField({ name, label, autoComplete, hint, error }: PasswordFieldProps) {
  const [isVisible, setVisible] = useState(false);
  return (
    <Field label={label} hint={hint} error={error}>
      {(ids) => (
        <div className="relative">
          <Input
            {...ids}
            name={name}
            type={isVisible ? "text" : "password"}
            autoComplete={autoComplete}
            required
            className="pr-10"
          />
          <button
            type="button"
            onClick={() => setVisible(!isVisible)}
            aria-label={isVisible ? `Hide: ${label}` : `Show: ${label}`}
            className="absolute inset-y-0 right-0 grid w-9 place-items-center rounded-md text-ink-3 hover:text-ink [&_svg]:size-4"
          >
            {isVisible ? <EyeOff aria-hidden /> : <Eye aria-hidden />}
          </button>
        </div>
      )}
    </Field>
  );
}

import { type ReactNode, useId } from "react";
import { cn } from "#components/ui/cn.ts";

export interface FieldProps {
  label: ReactNode;
  /** Said below the control, before anything goes wrong. */
  hint?: ReactNode;
  /** Said in its place when the input can't be taken. */
  error?: string | undefined;
  className?: string;
  /** Gets the ids to connect the control with its label and its message. */
  children: (ids: {
    id: string;
    "aria-describedby": string | undefined;
    "aria-invalid": true | undefined;
  }) => ReactNode;
}

/** A labelled control with its hint or its error, connected for assistive technology. */
export function Field({ label, hint, error, className, children }: FieldProps) {
  const id = useId();
  const messageId = `${id}-message`;
  const message = error ?? hint;
  return (
    <div className={cn("grid gap-1.5", className)}>
      <label htmlFor={id} className="font-medium text-ink text-sm">
        {label}
      </label>
      {children({
        id,
        "aria-describedby": message ? messageId : undefined,
        "aria-invalid": error ? true : undefined,
      })}
      {message ? (
        <p id={messageId} className={cn("text-xs", error ? "text-wrong" : "text-ink-3")} aria-live="polite">
          {message}
        </p>
      ) : null}
    </div>
  );
}

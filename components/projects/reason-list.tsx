"use client";

import { type FormEvent, useState } from "react";
import { FormError } from "#components/auth/form-error.tsx";
import { useCommand } from "#components/people/use-command.ts";
import { ReasonItem } from "#components/projects/reason-item.tsx";
import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/field.tsx";
import { formatPlural } from "#components/ui/format.ts";
import { Input } from "#components/ui/input.tsx";
import { addReasonAction, restoreReasonAction } from "#lib/projects/reason-actions.ts";
import type { ReasonRow } from "#lib/projects/reason-queries.ts";

export interface ReasonListProps {
  projectId: string;
  reasons: ReasonRow[];
  isEditable: boolean;
}

/** The reasons in the order of their digits, a line to add one, and those that were taken out. */
export function ReasonList({ projectId, reasons, isEditable }: ReasonListProps) {
  const command = useCommand();
  const [label, setLabel] = useState("");
  const open = reasons.filter((reason) => !reason.isArchived);
  const archived = reasons.filter((reason) => reason.isArchived);

  function add(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    command.run(
      () => addReasonAction({ projectId, label }),
      "Reason added",
      () => setLabel(""),
    );
  }

  return (
    <div className="grid max-w-2xl gap-5">
      <FormError message={command.error} />
      <ol className="border-line border-t">
        {open.map((reason, index) => (
          <ReasonItem
            key={reason.id}
            projectId={projectId}
            reason={reason}
            command={command}
            isEditable={isEditable}
            isFirst={index === 0}
            isLast={index === open.length - 1}
          />
        ))}
      </ol>
      {isEditable ? (
        <form onSubmit={add} className="flex items-end gap-2">
          <Field label="Another reason" className="flex-1">
            {(ids) => (
              <Input
                {...ids}
                value={label}
                onChange={(event) => setLabel(event.currentTarget.value)}
                required
                maxLength={80}
                autoComplete="off"
              />
            )}
          </Field>
          <Button type="submit" disabled={command.isPending || label.trim() === ""}>
            Add
          </Button>
        </form>
      ) : null}
      {archived.length > 0 ? (
        <details>
          <summary className="text-ink-3 text-sm hover:text-ink">
            {archived.length} taken out of the list
          </summary>
          <ul className="mt-2">
            {archived.map((reason) => (
              <li
                key={reason.id}
                className="flex items-center justify-between gap-4 border-line border-b py-1.5 text-ink-2"
              >
                <span>
                  {reason.label}{" "}
                  <span className="text-ink-3 text-xs">in {formatPlural(reason.uses, "verdict")}</span>
                </span>
                {isEditable ? (
                  <Button
                    size="sm"
                    variant="ghost"
                    disabled={command.isPending}
                    onClick={() =>
                      command.run(() => restoreReasonAction({ projectId, reasonId: reason.id }), "Put back")
                    }
                  >
                    Put back<span className="sr-only">: {reason.label}</span>
                  </Button>
                ) : null}
              </li>
            ))}
          </ul>
        </details>
      ) : null}
    </div>
  );
}

"use client";

import { ArrowDown, ArrowUp, Pencil, X } from "lucide-react";
import { type FormEvent, useState } from "react";
import type { useCommand } from "#components/people/use-command.ts";
import { Button } from "#components/ui/button.tsx";
import { formatPlural } from "#components/ui/format.ts";
import { Input } from "#components/ui/input.tsx";
import { Kbd } from "#components/ui/kbd.tsx";
import { archiveReasonAction, moveReasonAction, renameReasonAction } from "#lib/projects/reason-actions.ts";
import type { ReasonRow } from "#lib/projects/reason-queries.ts";

export interface ReasonItemProps {
  projectId: string;
  reason: ReasonRow;
  command: ReturnType<typeof useCommand>;
  isEditable: boolean;
  isFirst: boolean;
  isLast: boolean;
}

/** One reason with its digit; owners move, rename and remove it. */
export function ReasonItem({ projectId, reason, command, isEditable, isFirst, isLast }: ReasonItemProps) {
  const [isRenaming, setRenaming] = useState(false);
  const { run, isPending } = command;
  const target = { projectId, reasonId: reason.id };

  function rename(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const label = String(new FormData(event.currentTarget).get("label"));
    run(
      () => renameReasonAction({ ...target, label }),
      "Reason renamed",
      () => setRenaming(false),
    );
  }

  return (
    <li className="flex min-h-11 items-center gap-3 border-line border-b py-1.5">
      <span className="grid w-6 justify-items-center">
        {reason.position <= 9 ? <Kbd>{reason.position}</Kbd> : null}
      </span>
      {isRenaming ? (
        <form onSubmit={rename} className="flex flex-1 gap-2">
          <Input
            name="label"
            aria-label={`New wording of ${reason.label}`}
            defaultValue={reason.label}
            required
            maxLength={80}
            autoFocus
            onKeyDown={(event) => {
              if (event.key === "Escape") setRenaming(false);
            }}
          />
          <Button type="submit" variant="primary" disabled={isPending}>
            Save
          </Button>
          <Button variant="ghost" onClick={() => setRenaming(false)}>
            Cancel
          </Button>
        </form>
      ) : (
        <>
          <span className="min-w-0 flex-1">
            {reason.label}{" "}
            {reason.uses > 0 ? (
              <span className="text-ink-3 text-xs">in {formatPlural(reason.uses, "verdict")}</span>
            ) : null}
          </span>
          {isEditable ? (
            <span className="flex">
              <Button
                variant="ghost"
                size="icon-sm"
                aria-label={`Move up: ${reason.label}`}
                disabled={isFirst || isPending}
                onClick={() => run(() => moveReasonAction({ ...target, by: -1 }), "Moved up")}
              >
                <ArrowUp />
              </Button>
              <Button
                variant="ghost"
                size="icon-sm"
                aria-label={`Move down: ${reason.label}`}
                disabled={isLast || isPending}
                onClick={() => run(() => moveReasonAction({ ...target, by: 1 }), "Moved down")}
              >
                <ArrowDown />
              </Button>
              <Button
                variant="ghost"
                size="icon-sm"
                aria-label={`Rename: ${reason.label}`}
                onClick={() => setRenaming(true)}
              >
                <Pencil />
              </Button>
              <Button
                variant="ghost"
                size="icon-sm"
                aria-label={`Take out of the list: ${reason.label}`}
                disabled={isPending}
                onClick={() => run(() => archiveReasonAction(target), "Taken out of the list")}
              >
                <X />
              </Button>
            </span>
          ) : null}
        </>
      )}
    </li>
  );
}

"use client";

import Link from "next/link";
import { type ReactNode, useEffect, useRef } from "react";
import { Button } from "#components/ui/button.tsx";
import { cn } from "#components/ui/cn.ts";
import { Textarea } from "#components/ui/input.tsx";
import { Kbd } from "#components/ui/kbd.tsx";
import type { ReasonView } from "#lib/review/schema.ts";

export interface RejectPanelProps {
  projectId: string;
  title: string;
  /** What else happens with it. */
  about?: ReactNode;
  commitLabel: string;
  reasons: ReasonView[];
  chosen: string[];
  comment: string;
  onToggle: (reasonId: string) => void;
  onComment: (comment: string) => void;
  onCommit: () => void;
  onCancel: () => void;
}

/** Why something is rejected: digits toggle the project's reasons, Enter commits, words are welcome. */
export function RejectPanel(props: RejectPanelProps) {
  const { projectId, title, about, commitLabel, reasons, chosen, comment, onToggle, onComment } = props;
  const panel = useRef<HTMLElement>(null);
  // Enter is to commit: it must not press what had the focus before.
  useEffect(() => panel.current?.focus({ preventScroll: true }), []);
  return (
    <section
      ref={panel}
      tabIndex={-1}
      aria-label="Reasons for rejecting"
      className="grid gap-3 focus:outline-none"
    >
      <div>
        <p className="font-medium">{title}</p>
        {about ? <p className="mt-0.5 text-ink-2">{about}</p> : null}
      </div>
      {reasons.length === 0 ? (
        <p className="text-ink-3">
          This project has no reasons yet; say it in words, or{" "}
          <Link href={`/projects/${projectId}/settings/reasons`} className="link">
            add some
          </Link>
          .
        </p>
      ) : (
        <ul className="grid gap-1 sm:grid-cols-2">
          {reasons.map((reason, index) => (
            <li key={reason.id}>
              <button
                type="button"
                aria-pressed={chosen.includes(reason.id)}
                onClick={() => onToggle(reason.id)}
                className={cn(
                  "flex w-full items-center gap-2.5 rounded-md border border-transparent px-2 py-1.5 text-left hover:bg-sunk pointer-coarse:min-h-11",
                  chosen.includes(reason.id) && "border-wrong bg-wrong-soft",
                )}
              >
                {index < 9 ? <Kbd>{index + 1}</Kbd> : <span className="w-5" />}
                <span className="min-w-0 flex-1">{reason.label}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      <Textarea
        aria-label="Say it in words (optional)"
        dir="auto"
        placeholder="In words, if you like"
        value={comment}
        onChange={(event) => onComment(event.target.value)}
        maxLength={4_000}
        className="min-h-14"
      />
      <div className="flex flex-wrap items-center gap-2">
        <Button
          variant="danger"
          disabled={chosen.length === 0 && comment.trim() === ""}
          onClick={props.onCommit}
        >
          {commitLabel} <Kbd>Enter</Kbd>
        </Button>
        <Button variant="ghost" onClick={props.onCancel}>
          Cancel <Kbd>Esc</Kbd>
        </Button>
      </div>
    </section>
  );
}

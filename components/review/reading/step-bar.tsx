"use client";

import { EyeOff, SquareDashed } from "lucide-react";
import type { ReactNode } from "react";
import { CommandKey } from "#components/keys/command-key.tsx";
import type { CommandHandlers } from "#components/keys/key-provider.tsx";
import { isSamePlace, isThought } from "#components/review/reading/places.ts";
import { StepGlyph } from "#components/review/reading/step-glyph.tsx";
import type { Outbox } from "#components/review/reading/use-outbox.ts";
import type { Reading } from "#components/review/reading/use-reading.ts";
import { cn } from "#components/ui/cn.ts";
import { formatPlural } from "#components/ui/format.ts";
import { regionLabel } from "#components/viewer/region-geometry.ts";
import type { CommandName } from "#lib/keys/registry.ts";
import type { TracePartName } from "#lib/review/marks-schema.ts";

const STAGE_NAMES: Record<TracePartName, string> = {
  description: "description",
  question: "question",
  simple: "first look",
  long: "second look",
};

/** What can be said of the step in focus, for a mouse or a finger, with the keys that say the same. */
export function StepBar({
  reading,
  outbox,
  isReady,
}: {
  reading: Reading;
  outbox: Outbox;
  /** The trace is on the screen and may be marked. */
  isReady: boolean;
}) {
  const { focus, steps, handlers, findings } = reading;
  const mark = reading.markOf(focus);
  const own = focus && steps ? steps[focus.part] : [];
  const index = own.findIndex(({ id }) => id === focus?.stepKey);
  const isOrigin =
    findings.firstError !== null &&
    isSamePlace(focus, {
      part: findings.firstError.part,
      stepKey: findings.firstError.stepKey ?? "",
    });
  const canRate = isReady && focus !== null && isThought(focus.part);
  // What others drew proves their marks; the server takes it as evidence of nobody else's.
  const { regions: ownRegions } = findings;
  return (
    <section aria-label="The step in focus" className="@container">
      {outbox.trouble !== null && outbox.waiting.length > 0 ? (
        <p role="alert" className="mb-2 border-unsure border-l-2 bg-unsure-soft px-3 py-1.5 text-ink text-xs">
          {formatPlural(outbox.waiting.length, "mark")} not stored yet, and kept here. {outbox.trouble} Trying
          again by itself.
        </p>
      ) : null}
      <div className="flex flex-wrap items-center gap-x-0.5 gap-y-1">
        <p className="tabular mr-1 min-w-9 whitespace-nowrap text-ink-3 text-xs">
          {focus && index >= 0 ? (
            <>
              <span className="sr-only">
                Step {index + 1} of {own.length}, {STAGE_NAMES[focus.part]}
              </span>
              <span aria-hidden className="font-medium text-ink-2" title={STAGE_NAMES[focus.part]}>
                {index + 1}/{own.length}
              </span>
            </>
          ) : (
            <>
              <span className="sr-only">No step is in focus</span>
              <CommandKey name="step-next" /> <CommandKey name="step-previous" />
            </>
          )}
        </p>
        <Tool
          label="Good"
          command="rate-good"
          isOn={mark?.rating === "good"}
          {...{ handlers }}
          isOff={!canRate}
        >
          <StepGlyph name="good" />
        </Tool>
        <Tool
          label="Doubtful"
          command="rate-doubtful"
          isOn={mark?.rating === "doubtful"}
          {...{ handlers }}
          isOff={!canRate}
        >
          <StepGlyph name="doubtful" />
        </Tool>
        <Tool
          label="Wrong"
          command="rate-wrong"
          isOn={mark?.rating === "wrong"}
          {...{ handlers }}
          isOff={!canRate}
        >
          <StepGlyph name="wrong" />
        </Tool>
        <Tool
          label="Box"
          command="box"
          isShort
          title="Box the place in the image that proves it"
          {...{ handlers }}
          isOff={!isReady}
        >
          <SquareDashed aria-hidden className="size-3.5" />
        </Tool>
        <Tool
          label="Not visible"
          command="not-visible"
          isShort
          title="Nothing in the image shows it"
          isOn={mark?.isNotVisible ?? false}
          {...{ handlers }}
          isOff={!canRate}
        >
          <EyeOff aria-hidden className="size-3.5" />
        </Tool>
        <Tool
          label="Error"
          before="First"
          command="first-error"
          isShort
          title="The error enters here; what follows from it is shown as tainted"
          isOn={isOrigin}
          {...{ handlers }}
          isOff={!isReady || focus === null}
        >
          <StepGlyph name="error" />
        </Tool>
        <Tool
          label={reading.unrated === 0 ? "All rated" : `${reading.unrated} left`}
          command="next-unrated"
          title="Go to the next step without a mark"
          {...{ handlers }}
          isOff={reading.unrated === 0}
          className="ml-auto"
        />
      </div>
      {ownRegions.length > 0 ? (
        <ul aria-label="Regions that prove the step" className="mt-1 flex flex-wrap gap-1">
          {ownRegions.map((region, place) => (
            <li key={region.id}>
              <button
                type="button"
                aria-pressed={mark?.regionIds.includes(region.id) ?? false}
                disabled={!canRate}
                title={
                  mark?.regionIds.includes(region.id) ? "Take it off this step" : "It proves this step, too"
                }
                onClick={() => reading.toggleRegion(region.id)}
                onPointerEnter={() => reading.hoverRegion(region.id)}
                onPointerLeave={() => reading.hoverRegion(null)}
                className="max-w-44 truncate rounded-sm border border-line-2 px-1.5 py-0.5 text-2xs text-ink-2 hover:bg-sunk disabled:cursor-not-allowed aria-pressed:border-accent aria-pressed:bg-accent-soft aria-pressed:text-ink pointer-coarse:min-h-11 pointer-coarse:min-w-11 pointer-coarse:px-3"
              >
                {place + 1}
                {region.name ? ` ${regionLabel(region, place)}` : ""}
              </button>
            </li>
          ))}
        </ul>
      ) : null}
    </section>
  );
}

interface ToolProps {
  label: string;
  command: CommandName;
  handlers: CommandHandlers;
  /** What its label leaves out, for who hears it. */
  before?: string;
  title?: string;
  /** Where there is little room its sign alone stands for it. */
  isShort?: boolean;
  isOn?: boolean;
  isOff: boolean;
  className?: string;
  children?: ReactNode;
}

function Tool({
  label,
  before,
  command,
  handlers,
  title,
  isShort,
  isOn,
  isOff,
  className,
  children,
}: ToolProps) {
  return (
    <button
      type="button"
      aria-pressed={isOn}
      disabled={isOff}
      title={title}
      onClick={() => handlers[command]?.({ name: command })}
      className={cn(
        "inline-flex h-7 items-center gap-1 rounded-md border border-transparent px-1 text-ink-2 text-xs hover:bg-sunk hover:text-ink disabled:cursor-not-allowed disabled:opacity-55 aria-pressed:border-line-2 aria-pressed:bg-sunk aria-pressed:font-medium aria-pressed:text-ink pointer-coarse:h-11 pointer-coarse:min-w-11 pointer-coarse:px-2.5",
        className,
      )}
    >
      {children} {before ? <span className="sr-only">{before}</span> : null}{" "}
      <span className={cn(isShort && "@max-md:sr-only")}>{label}</span>{" "}
      <CommandKey name={command} className="h-4 min-w-4 px-0.5 @max-xl:hidden" />
    </button>
  );
}

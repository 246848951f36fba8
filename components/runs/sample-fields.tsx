"use client";

import { useId } from "react";
import { type NewRunForm as Form, looksAtImages } from "#components/runs/new-run-state.ts";
import { Field } from "#components/ui/field.tsx";
import { Checkbox, Input } from "#components/ui/input.tsx";
import { CUES } from "#lib/generation/preset.ts";

interface PartProps {
  form: Form;
  change: (part: Partial<Form>) => void;
}

/** How many thoughts are made of each input, and how large a model sees the image. */
export function SampleFields({ form, change }: PartProps) {
  const hasImages = looksAtImages(form);
  if (!hasImages && !form.stages.includes(3)) return null;
  return (
    <div className="grid items-start gap-4 sm:grid-cols-2">
      {form.stages.includes(2) ? (
        <Field label="Simple thoughts for each question" hint="Published: 10 in the code, 3 in the appendix.">
          {(ids) => (
            <Input
              {...ids}
              inputMode="numeric"
              value={form.simpleSamples}
              onChange={(event) => change({ simpleSamples: event.target.value })}
            />
          )}
        </Field>
      ) : null}
      {form.stages.includes(3) ? (
        <Field label="Long thoughts for each simple thought" hint="Published: 3.">
          {(ids) => (
            <Input
              {...ids}
              inputMode="numeric"
              value={form.longSamples}
              onChange={(event) => change({ longSamples: event.target.value })}
            />
          )}
        </Field>
      ) : null}
      {hasImages ? (
        <Field
          label="Largest image, as the side of a square"
          hint="Pixels. A larger image is made smaller, to this area, in its own shape. Published: 512."
        >
          {(ids) => (
            <Input
              {...ids}
              inputMode="numeric"
              value={form.imageSide}
              onChange={(event) => change({ imageSide: event.target.value })}
            />
          )}
        </Field>
      ) : null}
    </div>
  );
}

/** The turning points that long thoughts begin with. */
export function CueChoice({ form, change }: PartProps) {
  const id = useId();
  return (
    <fieldset>
      <legend className="mb-2 font-medium text-ink text-sm">Cues</legend>
      <p className="mb-3 max-w-[60ch] text-ink-3 text-xs">
        One is drawn for each long thought; it stands where the second look begins.
      </p>
      <div className="flex flex-wrap gap-x-6 gap-y-2">
        {CUES.map((cue) => (
          <label key={cue} htmlFor={`${id}-${cue}`} className="flex items-center gap-2">
            <Checkbox
              id={`${id}-${cue}`}
              checked={form.cues.includes(cue)}
              onChange={(event) =>
                change({
                  cues: event.target.checked ? [...form.cues, cue] : form.cues.filter((one) => one !== cue),
                })
              }
            />
            <span className="font-serif">{cue}</span>
          </label>
        ))}
      </div>
      <Field label="One of your own" className="mt-4 max-w-sm">
        {(ids) => (
          <Input
            {...ids}
            maxLength={120}
            value={form.ownCue}
            onChange={(event) => change({ ownCue: event.target.value })}
          />
        )}
      </Field>
    </fieldset>
  );
}

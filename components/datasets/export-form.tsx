"use client";

import { Download, PackageOpen } from "lucide-react";
import { useAction } from "next-safe-action/hooks";
import { useId, useState } from "react";
import { describeParts, isSameExport, MASKING_WORDS } from "#components/datasets/export-words.ts";
import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/field.tsx";
import { formatBytes, formatPlural } from "#components/ui/format.ts";
import { Checkbox, Select } from "#components/ui/input.tsx";
import { Notice } from "#components/ui/page.tsx";
import { requestExportAction } from "#lib/datasets/actions.ts";
import type { ExportView } from "#lib/datasets/export-queries.ts";
import {
  FORMATS,
  IMAGE_FORM_LABELS,
  maskingOf,
  normalizeOptions,
  planExport,
  type VersionHolds,
} from "#lib/datasets/formats/catalog.ts";
import { EXPORT_FORMATS, type ExportFormat, IMAGE_FORMS, type ImageForm } from "#lib/datasets/schema.ts";

interface Props {
  projectId: string;
  versionId: string;
  holds: VersionHolds;
  simulatedRecords: number;
  exports: ExportView[];
}

/** Chooses a form, says what it will hold and what not, and asks for it. */
export function ExportForm({ projectId, versionId, holds, simulatedRecords, exports }: Props) {
  const { execute, result, isPending } = useAction(requestExportAction);
  const [format, setFormat] = useState<ExportFormat>(() => firstThatFits(holds));
  const [images, setImages] = useState<ImageForm>("training");
  const [isWhole, setIsWhole] = useState(false);
  const [isAllowed, setIsAllowed] = useState(false);
  const [isUnmaskedMeant, setIsUnmaskedMeant] = useState(false);
  const facts = FORMATS[format];
  const options = normalizeOptions(format, { images, ...(isWhole ? { wrongThought: "whole" } : {}) });
  const masking = maskingOf(format, options);
  const plan = planExport(format, options, holds);
  const current = exports.find((entry) => isSameExport(entry, format, options));
  const isUnderWay = current?.state === "waiting" || current?.state === "working";
  const isLost = current?.state === "working" && current.isSilent;
  const asksUnmasked = masking === "not-masked" && holds.corrected > 0;
  const isReady =
    plan.problem === null && (simulatedRecords === 0 || isAllowed) && (!asksUnmasked || isUnmaskedMeant);

  return (
    <div className="grid max-w-2xl gap-5">
      <div className="grid items-start gap-4 sm:grid-cols-2">
        <Field label="Format">
          {(ids) => (
            <Select
              {...ids}
              value={format}
              onChange={(event) => {
                const chosen = EXPORT_FORMATS.find((name) => name === event.target.value) ?? "llamafactory";
                setFormat(chosen);
                // It was said of the other form.
                setIsUnmaskedMeant(false);
                if (!FORMATS[chosen].images.includes(images)) setImages("training");
              }}
            >
              {EXPORT_FORMATS.map((name) => (
                <option key={name} value={name}>
                  {FORMATS[name].label}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Field label="Pictures">
          {(ids) => (
            <Select
              {...ids}
              value={images}
              onChange={(event) =>
                setImages(IMAGE_FORMS.find((form) => form === event.target.value) ?? "training")
              }
            >
              {facts.images.map((form) => (
                <option key={form} value={form}>
                  {IMAGE_FORM_LABELS[form]}
                </option>
              ))}
            </Select>
          )}
        </Field>
      </div>

      <p className="-mt-2 text-ink-3 text-sm">
        {facts.about}
        {images === "reference"
          ? ""
          : facts.embedsImages
            ? " Pictures stand in the rows."
            : " Pictures lie beside the rows."}
      </p>

      <dl className="grid gap-x-6 gap-y-2 border-line border-t pt-4 text-sm sm:grid-cols-[11rem_1fr]">
        <dt className="text-ink-3">It will hold</dt>
        <dd>{plan.parts.length > 0 ? describeParts(plan.parts) : "nothing"}</dd>
        <dt className="text-ink-3">Left out</dt>
        <dd>
          {plan.leftOut.length === 0 ? (
            "nothing"
          ) : (
            <ul className="grid gap-1">
              {plan.leftOut.map((text) => (
                <li key={text}>{text}</li>
              ))}
            </ul>
          )}
        </dd>
        {holds.records > 0 && facts.parts.includes("sft") ? (
          <>
            <dt className="text-ink-3">Wrong first thought</dt>
            <dd>{holds.corrected === 0 ? "No record here has one." : MASKING_WORDS[masking]}</dd>
          </>
        ) : null}
      </dl>

      {facts.canBeWhole && holds.corrected > 0 ? (
        <Tick checked={isWhole} onChange={setIsWhole}>
          Write ordinary chats for any model instead, which mask nothing
        </Tick>
      ) : null}
      {asksUnmasked && current?.state !== "done" ? (
        <Tick checked={isUnmaskedMeant} onChange={setIsUnmaskedMeant}>
          Train on wrong first thoughts: this form is not masked, and{" "}
          {formatPlural(holds.corrected, "X→O record has", "X→O records have")} one. This is meant.
        </Tick>
      ) : null}
      {simulatedRecords > 0 && current?.state !== "done" ? (
        <Tick checked={isAllowed} onChange={setIsAllowed}>
          Export all the same: {formatPlural(simulatedRecords, "record was", "records were")} written by the
          simulator and no model. It is no material for training.
        </Tick>
      ) : null}

      {plan.problem ? <Notice tone="unsure">{plan.problem}</Notice> : null}
      {result.serverError ? (
        <Notice tone="wrong" role="alert">
          {result.serverError.message}
        </Notice>
      ) : null}

      <div className="flex flex-wrap items-center gap-3">
        {current?.state === "done" ? (
          <Button asChild variant="primary">
            <a href={`/api/projects/${projectId}/exports/${current.id}`} download>
              <Download aria-hidden />
              Download {current.bytes === null ? "" : formatBytes(current.bytes)}
            </a>
          </Button>
        ) : (
          <Button
            variant="primary"
            disabled={isPending || (isUnderWay && !isLost) || !isReady}
            onClick={() =>
              execute({
                projectId,
                versionId,
                format,
                options,
                allowSimulated: isAllowed,
                allowUnmasked: asksUnmasked && isUnmaskedMeant,
              })
            }
          >
            <PackageOpen aria-hidden />
            {isLost ? "Take it up again" : current?.state === "failed" ? "Try again" : "Make the archive"}
          </Button>
        )}
        {isUnderWay ? (
          <p className="text-ink-3 text-sm">
            {isLost ? "Whoever was making it has gone silent; see below." : "It is being made; see below."}
          </p>
        ) : null}
      </div>
    </div>
  );
}

function Tick(props: { checked: boolean; onChange: (checked: boolean) => void; children: React.ReactNode }) {
  const id = useId();
  return (
    <div className="flex items-start gap-2.5 text-sm">
      <Checkbox
        id={id}
        className="mt-0.5"
        checked={props.checked}
        onChange={(event) => props.onChange(event.target.checked)}
      />
      <label htmlFor={id}>{props.children}</label>
    </div>
  );
}

function firstThatFits(holds: VersionHolds): ExportFormat {
  const fits = EXPORT_FORMATS.find(
    (format) => planExport(format, { images: "training" }, holds).problem === null,
  );
  return fits ?? "llamafactory";
}

"use client";

import { Download, PackageOpen } from "lucide-react";
import { useAction } from "next-safe-action/hooks";
import { useId, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/field.tsx";
import { formatBytes, formatPlural } from "#components/ui/format.ts";
import { Checkbox, Select } from "#components/ui/input.tsx";
import { Notice } from "#components/ui/page.tsx";
import { Progress } from "#components/ui/progress.tsx";
import { requestExportAction } from "#lib/datasets/actions.ts";
import type { ExportRow } from "#lib/datasets/queries.ts";

export interface ExportPanelProps {
  projectId: string;
  versionId: string;
  exports: (Omit<ExportRow, "createdAt"> & { createdAt: string })[];
  simulatedRecords: number;
  canExport: boolean;
  isWorkerAlive: boolean;
}

/** Asks for an archive and hands out those that were made. */
export function ExportPanel(props: ExportPanelProps) {
  const { projectId, versionId, exports, simulatedRecords, canExport, isWorkerAlive } = props;
  const { execute, result, isPending } = useAction(requestExportAction);
  const [images, setImages] = useState<"training" | "original">("training");
  const [isAllowed, setIsAllowed] = useState(simulatedRecords === 0);
  const allowId = useId();
  const current = exports.find((entry) => entry.options.images === images);
  const isUnderWay = current?.state === "waiting" || current?.state === "working";

  if (!canExport && exports.length === 0) {
    return <p className="text-ink-3">An owner of the project can make and download the archive.</p>;
  }
  return (
    <div className="grid max-w-2xl gap-5">
      {canExport ? (
        <div className="flex flex-wrap items-end gap-3">
          <Field label="Pictures" className="min-w-60">
            {(ids) => (
              <Select
                {...ids}
                value={images}
                onChange={(event) => setImages(event.target.value === "original" ? "original" : "training")}
              >
                <option value="training">as trained on, up to 512 × 512 pixels in area</option>
                <option value="original">as imported</option>
              </Select>
            )}
          </Field>
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
              disabled={isPending || isUnderWay || !isAllowed}
              onClick={() =>
                execute({
                  projectId,
                  versionId,
                  format: "llamafactory",
                  options: { images },
                  allowSimulated: isAllowed,
                })
              }
            >
              <PackageOpen aria-hidden />
              {current?.state === "failed" ? "Try again" : "Make the archive"}
            </Button>
          )}
        </div>
      ) : (
        <p className="text-ink-3">Only an owner of the project can download the archive.</p>
      )}
      {canExport && simulatedRecords > 0 && current?.state !== "done" ? (
        <div className="flex items-start gap-2.5">
          <Checkbox
            id={allowId}
            className="mt-0.5"
            checked={isAllowed}
            onChange={(event) => setIsAllowed(event.target.checked)}
          />
          <label htmlFor={allowId}>
            Export all the same: {formatPlural(simulatedRecords, "record was", "records were")} written by the
            simulator and no model. It is no material for training.
          </label>
        </div>
      ) : null}
      {isUnderWay ? (
        <div role="status" className="grid gap-1.5">
          <Progress label="The archive is being made" value={0} max={null} />
          <p className="text-ink-3 text-xs">
            {isWorkerAlive
              ? "The archive is being made. You can leave this page; it stays here."
              : "The archive waits for a worker: start the app with its worker, or run “npm run worker”."}
          </p>
        </div>
      ) : null}
      {current?.state === "failed" ? (
        <Notice tone="wrong" title="The archive could not be made" role="alert">
          {current.error}
        </Notice>
      ) : null}
      {result.serverError ? (
        <Notice tone="wrong" role="alert">
          {result.serverError.message}
        </Notice>
      ) : null}
      {current?.state === "done" && current.sha256 ? (
        <p className="break-all text-ink-3 text-xs">
          {current.fileName} · SHA-256 <code className="font-mono">{current.sha256}</code>
        </p>
      ) : null}
    </div>
  );
}

import { Download } from "lucide-react";
import { ExportRetry } from "#components/datasets/export-retry.tsx";
import { describeExport, describeRows } from "#components/datasets/export-words.ts";
import { GiveUpExport } from "#components/datasets/give-up-export.tsx";
import { WithdrawnMark } from "#components/datasets/version-table.tsx";
import { Button } from "#components/ui/button.tsx";
import { formatBytes, formatCount, formatPlural } from "#components/ui/format.ts";
import { Progress } from "#components/ui/progress.tsx";
import { TimeAgo } from "#components/ui/time.tsx";
import type { ExportView } from "#lib/datasets/export-queries.ts";

interface Props {
  projectId: string;
  versionId: string;
  exports: ExportView[];
  canExport: boolean;
  isWithdrawn: boolean;
  isWorkerAlive: boolean;
  isSimulated: boolean;
}

/** What was made of a version, and what is being made. */
export function ExportList({ exports, ...props }: Props) {
  if (exports.length === 0) return null;
  return (
    <div>
      <h3 className="mb-2 font-medium text-sm">Archives</h3>
      <ul className="border-line border-t">
        {exports.map((entry) => (
          <li key={entry.id} className="grid gap-1.5 border-line border-b py-3.5 text-sm">
            <ExportItem entry={entry} {...props} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function ExportItem({
  entry,
  projectId,
  versionId,
  canExport,
  ...props
}: Omit<Props, "exports"> & { entry: ExportView }) {
  const name = describeExport(entry.format, entry.options);
  return (
    <>
      <div className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
        <p className="flex flex-wrap items-baseline gap-x-2">
          <span>
            <span className="font-medium">{name}</span>
            <span className="text-ink-3">
              {entry.bytes === null ? "" : ` · ${formatBytes(entry.bytes)}`} ·{" "}
              <TimeAgo at={entry.createdAt} />
            </span>
          </span>
          {props.isWithdrawn ? <WithdrawnMark /> : null}
        </p>
        {canExport && entry.state === "done" ? (
          <Button asChild size="sm" variant="ghost">
            <a
              href={`/api/projects/${projectId}/exports/${entry.id}`}
              download
              aria-label={`Get ${entry.fileName ?? name}${props.isWithdrawn ? ", of a withdrawn version" : ""}`}
            >
              <Download aria-hidden />
              Get
            </a>
          </Button>
        ) : null}
      </div>
      {entry.state === "waiting" || entry.state === "working" ? (
        <div role="status" className="grid gap-1.5">
          <Progress
            label={`${name} is being made`}
            value={entry.progress?.done ?? 0}
            max={entry.progress?.total ?? null}
          />
          <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1">
            <p className="text-ink-3 text-xs">{describeProgress(entry, props.isWorkerAlive)}</p>
            {canExport ? <GiveUpExport projectId={projectId} exportId={entry.id} name={name} /> : null}
          </div>
        </div>
      ) : null}
      {entry.state === "failed" ? (
        <div className="grid gap-2">
          <p role="alert" className="text-wrong">
            It could not be made. {entry.error}
          </p>
          {canExport && !props.isWithdrawn ? (
            <ExportRetry
              projectId={projectId}
              versionId={versionId}
              format={entry.format}
              options={entry.options}
              isSimulated={props.isSimulated}
            />
          ) : null}
        </div>
      ) : null}
      {entry.written ? (
        <p className="text-ink-3 text-xs">
          {describeRows(entry.written.rows)}
          {entry.written.leftOut.map(({ reason, count }) => (
            <span key={reason}>
              {" "}
              · {formatCount(count)} left out ({reason})
            </span>
          ))}
          {entry.written.takenDown > 0
            ? ` · ${formatPlural(entry.written.takenDown, "line", "lines")} taken down`
            : ""}
        </p>
      ) : null}
      {entry.state === "done" && entry.sha256 ? (
        <p className="break-all text-ink-3 text-xs">
          {entry.fileName} · SHA-256 <code className="font-mono">{entry.sha256}</code>
        </p>
      ) : null}
    </>
  );
}

function describeProgress({ state, progress, isSilent }: ExportView, isWorkerAlive: boolean): string {
  if (!isWorkerAlive) return "It waits for a worker: start the app with its worker, or run “npm run worker”.";
  if (isSilent && state === "waiting")
    return "It waits for its turn; there may be others before it. You can leave this page; it stays here.";
  if (isSilent)
    return "There is no sign of whoever was making it. A worker takes it up again by itself within a minute or two; or give it up.";
  if (state === "waiting" || !progress) return "It is being made. You can leave this page; it stays here.";
  const { done, total, what } = progress;
  return `${formatCount(done)} of ${formatCount(total)} ${what}. You can leave this page; it stays here.`;
}

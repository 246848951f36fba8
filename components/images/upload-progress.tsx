"use client";

import { useEffect, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { formatBytes, formatDuration, formatPlural } from "#components/ui/format.ts";
import { Progress } from "#components/ui/progress.tsx";

export interface UploadProgressProps {
  name: string;
  files: number;
  total: number;
  sent: number;
  /** Milliseconds since 1970. */
  startedAt: number;
  onCancel: () => void;
}

/** How far an upload is, how fast it goes, and how long it will still take. */
export function UploadProgress({ name, files, total, sent, startedAt, onCancel }: UploadProgressProps) {
  const [now, setNow] = useState(startedAt);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, []);
  const elapsed = Math.max(0, now - startedAt);
  const rate = elapsed > 1000 ? sent / (elapsed / 1000) : 0;
  const left = rate > 0 ? ((total - sent) / rate) * 1000 : null;
  const isSent = sent >= total;
  return (
    <div className="grid gap-3 border-line border-y py-8">
      <div className="flex flex-wrap items-baseline justify-between gap-3">
        <p className="min-w-0 truncate font-medium text-ink">
          {isSent ? "Handing over" : "Uploading"} {name}
          {files > 1 ? ` with ${formatPlural(files - 1, "image")}` : ""}
        </p>
        <Button size="sm" variant="ghost" onClick={onCancel}>
          Cancel
        </Button>
      </div>
      <Progress label={`Uploading ${name}`} value={sent} max={total} />
      <p className="tabular text-ink-3 text-xs">
        {formatBytes(sent)} of {formatBytes(total)}
        {rate > 0 ? ` · ${formatBytes(rate)}/s` : ""}
        {left !== null && !isSent ? ` · ${formatDuration(Math.max(1000, left))} left` : ""}
      </p>
      <p className="text-ink-3 text-xs">
        Keep this page open until the upload is done; the import goes on without it.
      </p>
    </div>
  );
}

"use client";

import { ExternalLink, Lock } from "lucide-react";
import { useCommand } from "#components/people/use-command.ts";
import { Button } from "#components/ui/button.tsx";
import { formatBytes, formatCount } from "#components/ui/format.ts";
import { Notice } from "#components/ui/page.tsx";
import { Progress } from "#components/ui/progress.tsx";
import { TimeAgo } from "#components/ui/time.tsx";
import { requestPushAction, stopPushAction } from "#lib/hub/actions.ts";
import type { PushView } from "#lib/hub/schema.ts";

export interface PushListProps {
  projectId: string;
  pushes: readonly PushView[];
  canPush: boolean;
  isWorkerAlive: boolean;
}

/** What went to the Hub, what is on its way, and what broke off. */
export function PushList({ projectId, pushes, canPush, isWorkerAlive }: PushListProps) {
  const { run, isPending, error } = useCommand();
  return (
    <div className="grid gap-3">
      {error ? (
        <Notice tone="wrong" role="alert">
          {error}
        </Notice>
      ) : null}
      <ul className="divide-y divide-line">
        {pushes.map((push) => (
          <li key={push.id} className="grid gap-1.5 py-3">
            <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1">
              <a
                href={push.commitUrl ?? push.url}
                target="_blank"
                rel="noreferrer"
                className="inline-flex items-center gap-1.5 break-all underline underline-offset-2"
              >
                {push.repo}
                {push.isPrivate ? <Lock aria-label="private" className="size-3.5" /> : null}
                <ExternalLink aria-hidden className="size-3.5" />
              </a>
              <span className="text-ink-3 text-xs">
                {push.format} · <TimeAgo at={push.createdAt} />
                {push.state === "done" ? " · pushed" : ""}
              </span>
            </div>
            {push.tag ? (
              <p className="text-ink-3 text-xs">
                Tagged <code className="font-mono">{push.tag}</code>
                {push.tagKept ? (
                  <>
                    : <code className="font-mono">{push.tagKept}</code> stays at what was pushed before
                  </>
                ) : null}
                .
              </p>
            ) : null}
            {push.state === "waiting" || push.state === "working" ? (
              <div className="flex items-end gap-4">
                <div role="status" className="grid min-w-0 grow gap-1">
                  <Progress
                    label={`Pushing to ${push.repo}`}
                    value={push.progress?.bytesDone ?? 0}
                    max={push.progress?.bytesTotal || null}
                  />
                  <p className="text-ink-3 text-xs">{describe(push, isWorkerAlive)}</p>
                </div>
                {canPush ? (
                  <Button
                    size="sm"
                    disabled={isPending}
                    onClick={() =>
                      run(
                        () => stopPushAction({ projectId, pushId: push.id }),
                        "Stopped. What has arrived stays at the Hub",
                      )
                    }
                  >
                    Stop
                  </Button>
                ) : null}
              </div>
            ) : null}
            {push.state === "failed" ? (
              <div className="flex flex-wrap items-center justify-between gap-3">
                <p className="text-wrong">{push.error}</p>
                {canPush ? (
                  <Button
                    size="sm"
                    disabled={isPending}
                    onClick={() => {
                      const { exportId, repo, isPrivate } = push;
                      run(
                        () => requestPushAction({ projectId, exportId, repo, isPrivate }),
                        "The push goes on where it was",
                      );
                    }}
                  >
                    Go on
                  </Button>
                ) : null}
              </div>
            ) : null}
          </li>
        ))}
      </ul>
    </div>
  );
}

function describe({ progress }: PushView, isWorkerAlive: boolean): string {
  if (!isWorkerAlive) return "It waits for a worker: start the app with its worker, or run “npm run worker”.";
  if (!progress || progress.filesTotal === 0) return "Getting ready. You can leave this page.";
  return `${formatCount(progress.filesDone)} of ${formatCount(progress.filesTotal)} files, ${formatBytes(progress.bytesDone)} of ${formatBytes(progress.bytesTotal)}. You can leave this page.`;
}

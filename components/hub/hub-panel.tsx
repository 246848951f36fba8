"use client";

import { Upload } from "lucide-react";
import { useAction } from "next-safe-action/hooks";
import { type FormEvent, useState } from "react";
import { HubConnection } from "#components/hub/hub-connection.tsx";
import { PushList } from "#components/hub/push-list.tsx";
import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/field.tsx";
import { formatBytes } from "#components/ui/format.ts";
import { Input, Select } from "#components/ui/input.tsx";
import { Notice } from "#components/ui/page.tsx";
import { requestPushAction } from "#lib/hub/actions.ts";
import type { HubConnectionView, PushView } from "#lib/hub/schema.ts";

export interface HubPanelProps {
  projectId: string;
  connection: HubConnectionView | null;
  /** Exports of the version that are finished, newest first. */
  exports: readonly { id: string; format: string; fileName: string | null; bytes: number | null }[];
  pushes: readonly PushView[];
  isSimulated: boolean;
  canPush: boolean;
  isWithdrawn: boolean;
  isWorkerAlive: boolean;
}

/** Pushes a finished export to a dataset repository of the Hugging Face Hub. */
export function HubPanel(props: HubPanelProps) {
  const { projectId, connection, exports, pushes, isSimulated, canPush, isWithdrawn, isWorkerAlive } = props;
  if (!canPush && pushes.length === 0)
    return (
      <p className="text-ink-3">
        {isWithdrawn
          ? "The version is withdrawn: nothing of it is pushed any more."
          : "An owner of the project can push exports to the Hub."}
      </p>
    );
  return (
    <div className="grid max-w-2xl gap-5">
      {isWithdrawn ? <PushedBefore pushes={pushes} /> : null}
      {canPush ? <HubConnection projectId={projectId} connection={connection} /> : null}
      {canPush && connection ? (
        exports.length > 0 ? (
          <PushForm
            // Another token may be another account's: its name is to stand in the field.
            key={connection.accountName}
            projectId={projectId}
            exports={exports}
            isSimulated={isSimulated}
            lastRepo={pushes[0]?.repo ?? `${connection.accountName}/`}
          />
        ) : (
          <p className="text-ink-3">
            Make an export above first; Parquet is what the Hub shows with its pictures.
          </p>
        )
      ) : null}
      {pushes.length > 0 ? (
        <PushList projectId={projectId} pushes={pushes} canPush={canPush} isWorkerAlive={isWorkerAlive} />
      ) : null}
    </div>
  );
}

/** Where a withdrawn version still stands: the Hub knows nothing of it. */
function PushedBefore({ pushes }: Pick<HubPanelProps, "pushes">) {
  const repos = [...new Set(pushes.filter(({ state }) => state === "done").map(({ repo }) => repo))];
  return repos.length === 0 ? (
    <p className="text-ink-3">The version is withdrawn: nothing of it is pushed any more.</p>
  ) : (
    <Notice tone="wrong" title="The Hub does not know that this version was withdrawn">
      It was pushed to {repos.join(", ")}. Say so there, in the card or by a newer version, or delete the
      repository: what was downloaded from it is out of reach.
    </Notice>
  );
}

interface PushFormProps extends Pick<HubPanelProps, "projectId" | "exports" | "isSimulated"> {
  lastRepo: string;
}

function PushForm({ projectId, exports, isSimulated, lastRepo }: PushFormProps) {
  const first = exports.find(({ format }) => format === "parquet") ?? exports[0];
  const [exportId, setExportId] = useState(first?.id ?? "");
  const [repo, setRepo] = useState(lastRepo);
  const [isPrivate, setPrivate] = useState(true);
  const { execute, result, isExecuting } = useAction(requestPushAction);
  const problem = result.validationErrors?.fieldErrors.repo?.[0];
  const chosen = exports.some(({ id }) => id === exportId) ? exportId : (first?.id ?? "");

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    execute({ projectId, exportId: chosen, repo, isPrivate });
  }

  return (
    <form onSubmit={submit} className="grid gap-3">
      <div className="flex flex-wrap items-start gap-3">
        <Field label="Export" className="min-w-52">
          {(ids) => (
            <Select {...ids} value={chosen} onChange={(event) => setExportId(event.target.value)}>
              {exports.map(({ id, format, bytes }) => (
                <option key={id} value={id}>
                  {format}
                  {bytes === null ? "" : `, ${formatBytes(bytes)}`}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Field
          label="Dataset repository"
          hint="It is made where there is none."
          error={problem}
          className="min-w-0 grow basis-64"
        >
          {(ids) => (
            <Input
              {...ids}
              required
              maxLength={96}
              placeholder="my-lab/second-looks"
              value={repo}
              onChange={(event) => setRepo(event.target.value)}
            />
          )}
        </Field>
        <Field label="Visible to" className="min-w-40" hint="One that is there stays as it is.">
          {(ids) => (
            <Select
              {...ids}
              value={isPrivate ? "private" : "public"}
              onChange={(event) => setPrivate(event.target.value !== "public")}
            >
              <option value="private">its members</option>
              <option value="public">everybody</option>
            </Select>
          )}
        </Field>
      </div>
      {isSimulated ? (
        <Notice tone="unsure">
          These records are simulated. Their card says so, and everybody who finds the repository should know.
        </Notice>
      ) : null}
      {result.serverError ? (
        <Notice tone="wrong" role="alert">
          {result.serverError.message}
        </Notice>
      ) : null}
      <div>
        <Button type="submit" variant="primary" disabled={isExecuting || repo.trim() === ""}>
          <Upload aria-hidden />
          Push to the Hub
        </Button>
      </div>
    </form>
  );
}

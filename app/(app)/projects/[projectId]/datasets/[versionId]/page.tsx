import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { z } from "zod";
import { Composition } from "#components/datasets/composition.tsx";
import { ExportPanel } from "#components/datasets/export-panel.tsx";
import { HowMade } from "#components/datasets/how-made.tsx";
import { LeftOut } from "#components/datasets/left-out.tsx";
import { RecordPreview } from "#components/datasets/record-preview.tsx";
import { LiveRefresh } from "#components/runs/live-refresh.tsx";
import { SimulatedBadge } from "#components/ui/badge.tsx";
import { formatCount, formatPlural } from "#components/ui/format.ts";
import { Notice, Page, PageHeader, Section } from "#components/ui/page.tsx";
import { can } from "#lib/auth/permissions.ts";
import { requireMember } from "#lib/auth/session.ts";
import { readFrozenRecord, readVersion } from "#lib/datasets/queries.ts";
import { isAnyWorkerAlive } from "#lib/worker/queries.ts";

export const metadata: Metadata = { title: "Dataset version" };

interface Props {
  params: Promise<{ projectId: string; versionId: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export default async function VersionPage({ params, searchParams }: Props) {
  const { projectId, versionId } = await params;
  const { role } = await requireMember(projectId, "project.read");
  const version = z.uuid().safeParse(versionId).success ? await readVersion(projectId, versionId) : null;
  if (!version) notFound();
  const place = z.coerce
    .number()
    .int()
    .min(1)
    .max(version.recordCount)
    .catch(1)
    .parse((await searchParams).record);
  const [preview, isWorkerAlive] = await Promise.all([
    readFrozenRecord(projectId, version, place - 1),
    isAnyWorkerAlive(),
  ]);
  const { summary } = version;
  const isExporting = version.exports.some(({ state }) => state === "waiting" || state === "working");

  return (
    <Page>
      {isExporting ? <LiveRefresh /> : null}
      <PageHeader
        trail={[{ label: "Datasets", href: `/projects/${projectId}/datasets` }]}
        title={
          <span className="flex flex-wrap items-center gap-2.5">
            {version.datasetName} · version {version.number}
            {version.simulated ? <SimulatedBadge /> : null}
          </span>
        }
        summary={`${formatPlural(version.recordCount, "record")} on ${formatPlural(summary.images, "image")}, frozen on ${version.createdAt.toISOString().slice(0, 10)}${version.createdBy ? ` by ${version.createdBy}` : ""}.`}
      />
      <div className="mb-6 grid gap-3 empty:hidden">
        {version.simulated ? (
          <Notice tone="unsure" title="Simulated records">
            {formatCount(summary.simulated)} of {formatCount(version.recordCount)} were written by the
            simulator and not by a model. Their archive says so, and asks before it is made.
          </Notice>
        ) : null}
        {version.isWithdrawn ? (
          <Notice tone="wrong" title="Withdrawn">
            {version.withdrawnReason ?? "This version is not to be used any more."}
          </Notice>
        ) : null}
      </div>
      <Section
        title="Download"
        description="For LLaMA-Factory: rows, images, template, settings and a manifest in one archive."
      >
        <ExportPanel
          projectId={projectId}
          versionId={version.id}
          exports={version.exports.map((entry) => ({ ...entry, createdAt: entry.createdAt.toISOString() }))}
          simulatedRecords={summary.simulated}
          canExport={can(role, "datasets.export") && !version.isWithdrawn}
          isWorkerAlive={isWorkerAlive}
        />
      </Section>
      <Section title="What is in it">
        <Composition summary={summary} recordCount={version.recordCount} />
      </Section>
      <Section
        title="What was left out"
        description="Every other trace that the project had when the version was made."
      >
        <LeftOut leftOut={summary.leftOut} />
      </Section>
      <Section
        title="A record, as it is trained on"
        description="What is marked carries loss. What is grey is context: the model reads it and is not taught to write it."
      >
        {preview ? (
          <RecordPreview
            projectId={projectId}
            versionId={version.id}
            preview={preview}
            place={place}
            total={version.recordCount}
          />
        ) : null}
      </Section>
      <Section title="How it was made">
        <HowMade version={version} />
      </Section>
    </Page>
  );
}

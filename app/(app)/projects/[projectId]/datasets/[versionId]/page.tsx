import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { z } from "zod";
import { Composition } from "#components/datasets/composition.tsx";
import { ExportSection } from "#components/datasets/export-section.tsx";
import { HowMade } from "#components/datasets/how-made.tsx";
import { LeftOut } from "#components/datasets/left-out.tsx";
import { DrawnFrom, VersionPairs, VersionSplits, VersionSteps } from "#components/datasets/version-parts.tsx";
import { WithdrawnMark } from "#components/datasets/version-table.tsx";
import { VersionTabs } from "#components/datasets/version-tabs.tsx";
import { UnfinishedVersion } from "#components/datasets/version-unfinished.tsx";
import { WithdrawVersion } from "#components/datasets/withdraw-version.tsx";
import { WithdrawnNotice } from "#components/datasets/withdrawn-notice.tsx";
import { HubSection } from "#components/hub/hub-section.tsx";
import { SimulatedBadge } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { formatCount, formatPlural } from "#components/ui/format.ts";
import { Notice, Page, PageHeader, Section } from "#components/ui/page.tsx";
import { can } from "#lib/auth/permissions.ts";
import { requireMember } from "#lib/auth/session.ts";
import { readUnfinishedVersion, readVersion } from "#lib/datasets/queries.ts";
import { isAnyWorkerAlive } from "#lib/worker/queries.ts";

export const metadata: Metadata = { title: "Dataset version" };

interface Props {
  params: Promise<{ projectId: string; versionId: string }>;
}

export default async function VersionPage({ params }: Props) {
  const { projectId, versionId } = await params;
  const { role } = await requireMember(projectId, "project.read");
  if (!z.uuid().safeParse(versionId).success) notFound();
  const unfinished = await readUnfinishedVersion(projectId, versionId);
  const trail = [{ label: "Datasets", href: `/projects/${projectId}/datasets` }];
  if (unfinished) {
    return (
      <Page>
        <PageHeader trail={trail} title={`${unfinished.datasetName} · version ${unfinished.number}`} />
        <UnfinishedVersion
          projectId={projectId}
          versionId={versionId}
          state={unfinished.state}
          progress={unfinished.progress}
          error={unfinished.error}
          canManage={can(role, "datasets.manage")}
          isWorkerAlive={await isAnyWorkerAlive()}
        />
      </Page>
    );
  }
  const version = await readVersion(projectId, versionId);
  if (!version) notFound();
  const isWorkerAlive = await isAnyWorkerAlive();
  const { summary, recipe } = version;
  const lines = version.recordCount + version.pairCount + version.stepCount;
  const contents = [
    recipe.sft && formatPlural(version.recordCount, "record"),
    recipe.preference && formatPlural(version.pairCount, "pair"),
    recipe.steps && formatPlural(version.stepCount, "judged thought"),
  ]
    .filter((text) => text !== null)
    .join(", ");

  return (
    <Page>
      <PageHeader
        trail={trail}
        title={
          <span className="flex flex-wrap items-center gap-2.5">
            {version.datasetName} · version {version.number}
            {version.simulated ? <SimulatedBadge /> : null}
            {version.withdrawn ? <WithdrawnMark /> : null}
          </span>
        }
        actions={
          <>
            <Button asChild size="sm" variant="ghost">
              <Link href={`/projects/${projectId}/datasets/compare?to=${version.id}`}>Compare</Link>
            </Button>
            {can(role, "datasets.manage") && !version.withdrawn ? (
              <WithdrawVersion projectId={projectId} versionId={version.id} />
            ) : null}
          </>
        }
        summary={`${contents} on ${formatPlural(summary.images, "image")}, frozen on ${version.createdAt.toISOString().slice(0, 10)}${version.createdBy ? ` by ${version.createdBy}` : ""}.`}
      />
      <VersionTabs projectId={projectId} versionId={version.id} />
      <div className="mb-6 grid gap-3 empty:hidden">
        <WithdrawnNotice withdrawn={version.withdrawn} />
        {version.simulated ? (
          <Notice tone="unsure" title="Simulated records">
            {formatCount(summary.simulated)} of {formatCount(lines)} were written by the simulator and not by
            a model. Their archive says so, and asks before it is made.
          </Notice>
        ) : null}
        {version.gaps > 0 ? (
          <Notice tone="unsure" title="Images were taken down">
            {formatPlural(version.gaps, "line")} of this version gave way to{" "}
            {version.gaps === 1 ? "a gap" : "gaps"}, each with the hash of what stood there. The version’s own
            hash still holds.
          </Notice>
        ) : null}
      </div>
      <ExportSection
        projectId={projectId}
        versionId={version.id}
        holds={{
          records: version.recordCount,
          pairs: version.pairCount,
          judged: version.stepCount,
          corrected: summary.byKind.XO ?? 0,
        }}
        simulatedRecords={summary.simulated}
        canExport={can(role, "datasets.export")}
        isWithdrawn={version.withdrawn !== null}
        isWorkerAlive={isWorkerAlive}
      />
      <HubSection
        projectId={projectId}
        versionId={version.id}
        isSimulated={version.simulated}
        canPush={can(role, "datasets.export")}
        isWithdrawn={version.withdrawn !== null}
        isWorkerAlive={isWorkerAlive}
      />
      {recipe.sft ? (
        <Section title="Records">
          <DrawnFrom summary={summary} recipe={recipe} />
          <Composition summary={summary} recordCount={version.recordCount} />
        </Section>
      ) : null}
      {recipe.preference ? (
        <Section
          title="Preference pairs"
          description="How many stood in the project, and how many were kept."
        >
          <VersionPairs summary={summary} />
        </Section>
      ) : null}
      {summary.steps ? (
        <Section title="Judged steps">
          <VersionSteps steps={summary.steps} />
        </Section>
      ) : null}
      {recipe.splits.validation > 0 || recipe.splits.test > 0 ? (
        <Section
          title="Splits"
          description="By image: no picture is on two sides, and none changes its side when others come."
        >
          <VersionSplits summary={summary} recipe={recipe} />
        </Section>
      ) : null}
      {recipe.sft ? (
        <Section
          title="What was left out"
          description="Every other trace that the project had when the version was made."
        >
          <LeftOut leftOut={summary.leftOut} />
        </Section>
      ) : null}
      <Section title="How it was made">
        <HowMade version={version} />
      </Section>
    </Page>
  );
}

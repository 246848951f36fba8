import type { Metadata } from "next";
import { notFound, redirect } from "next/navigation";
import { z } from "zod";
import { CardView } from "#components/datasets/card-view.tsx";
import { Composition } from "#components/datasets/composition.tsx";
import { WithdrawnMark } from "#components/datasets/version-table.tsx";
import { VersionTabs } from "#components/datasets/version-tabs.tsx";
import { WithdrawnNotice } from "#components/datasets/withdrawn-notice.tsx";
import { SimulatedBadge } from "#components/ui/badge.tsx";
import { formatCount } from "#components/ui/format.ts";
import { Notice, Page, PageHeader, Section } from "#components/ui/page.tsx";
import { requireMember } from "#lib/auth/session.ts";
import { readKeptCardFacts } from "#lib/datasets/card/queries.ts";
import { readUnfinishedVersion, readVersion } from "#lib/datasets/queries.ts";

export const metadata: Metadata = { title: "Dataset card" };

interface Props {
  params: Promise<{ projectId: string; versionId: string }>;
}

export default async function CardPage({ params }: Props) {
  const { projectId, versionId } = await params;
  await requireMember(projectId, "project.read");
  if (!z.uuid().safeParse(versionId).success) notFound();
  const version = await readVersion(projectId, versionId);
  if (!version) {
    // Its own page says how far it is.
    if (await readUnfinishedVersion(projectId, versionId))
      redirect(`/projects/${projectId}/datasets/${versionId}`);
    notFound();
  }
  const card = await readKeptCardFacts(projectId, versionId);
  const { summary } = version;
  return (
    <Page>
      <PageHeader
        trail={[{ label: "Datasets", href: `/projects/${projectId}/datasets` }]}
        title={
          <span className="flex flex-wrap items-center gap-2.5">
            {version.datasetName} · version {version.number}
            {version.simulated ? <SimulatedBadge /> : null}
            {version.withdrawn ? <WithdrawnMark /> : null}
          </span>
        }
        summary="What its card says: how it came about and how far it can be trusted, as things stood when it was frozen. Every export carries it as README.md."
      />
      <VersionTabs projectId={projectId} versionId={versionId} />
      <div className="mb-6 empty:hidden">
        <WithdrawnNotice withdrawn={version.withdrawn} />
      </div>
      {version.simulated ? (
        <div className="mb-6">
          <Notice tone="unsure" title="Simulated records">
            {formatCount(summary.simulated)} were written by the simulator and not by a model. The card says
            so at its top.
          </Notice>
        </div>
      ) : null}
      {card ? (
        <CardView projectId={projectId} card={card} />
      ) : (
        <>
          <div className="mb-6">
            <Notice title="Frozen before cards were kept">
              Its funnel, checks, error rates, prices, lengths and licences as they were then cannot be told
              any more. Make a new version to have them; this is what its own summary says.
            </Notice>
          </div>
          {version.recordCount > 0 ? (
            <Section title="Records">
              <Composition summary={summary} recordCount={version.recordCount} />
            </Section>
          ) : null}
        </>
      )}
    </Page>
  );
}

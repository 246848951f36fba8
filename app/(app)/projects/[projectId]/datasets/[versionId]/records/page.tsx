import type { Metadata } from "next";
import { notFound, redirect } from "next/navigation";
import { z } from "zod";
import { PreviewControls, PreviewSteps } from "#components/datasets/preview-controls.tsx";
import { PreviewCutoff } from "#components/datasets/preview-cutoff.tsx";
import { PreviewLine } from "#components/datasets/preview-line.tsx";
import { WithdrawnMark } from "#components/datasets/version-table.tsx";
import { VersionTabs } from "#components/datasets/version-tabs.tsx";
import { WithdrawnNotice } from "#components/datasets/withdrawn-notice.tsx";
import { SimulatedBadge } from "#components/ui/badge.tsx";
import { EmptyState, Notice, Page, PageHeader } from "#components/ui/page.tsx";
import { requireMember } from "#lib/auth/session.ts";
import { FAMILIES } from "#lib/datasets/preview/families.ts";
import { findTraceLine } from "#lib/datasets/preview/line-queries.ts";
import { previewPlaceSchema, previewQuery } from "#lib/datasets/preview/place-schema.ts";
import { readLinePreview } from "#lib/datasets/preview/queries.ts";
import { readTokenLengths } from "#lib/datasets/preview/token-queries.ts";
import { readUnfinishedVersion, readVersion } from "#lib/datasets/queries.ts";
import { VERSION_PARTS } from "#lib/datasets/version-schema.ts";

export const metadata: Metadata = { title: "Records of a dataset version" };

interface Props {
  params: Promise<{ projectId: string; versionId: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export default async function RecordsPage({ params, searchParams }: Props) {
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
  const counts = { sft: version.recordCount, preference: version.pairCount, steps: version.stepCount };
  const parts = VERSION_PARTS.filter((part) => counts[part] > 0).map((part) => ({
    part,
    lines: counts[part],
  }));
  const asked = previewPlaceSchema.parse(await searchParams);
  const part = parts.find((one) => one.part === asked.part)?.part ?? parts[0]?.part;
  const base = `/projects/${projectId}/datasets/${versionId}/records`;
  const header = (
    <>
      <PageHeader
        trail={[{ label: "Datasets", href: `/projects/${projectId}/datasets` }]}
        title={
          <span className="flex flex-wrap items-center gap-2.5">
            {version.datasetName} · version {version.number}
            {version.simulated ? <SimulatedBadge /> : null}
            {version.withdrawn ? <WithdrawnMark /> : null}
          </span>
        }
        summary="Each line as the model’s chat template writes it, with its tokens and what a cut-off takes away."
      />
      <VersionTabs projectId={projectId} versionId={versionId} />
      <div className="mb-6 empty:hidden">
        <WithdrawnNotice withdrawn={version.withdrawn} />
      </div>
    </>
  );
  if (!part) {
    return (
      <Page>
        {header}
        <EmptyState title="This version holds no lines" />
      </Page>
    );
  }
  const found = asked.trace ? await findTraceLine(projectId, versionId, part, asked.trace) : null;
  const n = found === null ? Math.min(asked.n, counts[part]) : found + 1;
  const place = { ...asked, part, n, trace: undefined };
  const family = FAMILIES[place.family];
  const [preview, lengths] = await Promise.all([
    readLinePreview(projectId, version, { part, ordinal: n - 1, family, cutoff: place.cutoff }),
    readTokenLengths(projectId, version, part, family, counts[part]),
  ]);
  return (
    <Page wide>
      {header}
      <PreviewControls base={base} place={place} parts={parts} />
      {asked.trace && found === null ? (
        <div className="mb-6">
          <Notice tone="unsure" role="status">
            That trace stands in no line of this part. The line below is the one by its number.
          </Notice>
        </div>
      ) : null}
      <div className="mb-6">
        <PreviewCutoff
          lengths={lengths}
          cutoff={place.cutoff}
          isExact={family.tokenizer !== null}
          hrefOf={(number) => `${base}${previewQuery({ ...place, n: number })}`}
        />
      </div>
      <div className="mb-4">
        <PreviewSteps base={base} place={place} total={counts[part]} />
      </div>
      {preview === null ? (
        <Notice tone="wrong">This line is not there any more.</Notice>
      ) : "gap" in preview ? (
        <Notice title="A gap: its picture was taken down">
          {preview.gap.reason} What stood here had the SHA-256{" "}
          <code className="break-all font-mono text-xs">{preview.gap.lineSha256}</code>.
        </Notice>
      ) : (
        <PreviewLine projectId={projectId} preview={preview} family={family} cutoff={place.cutoff} />
      )}
    </Page>
  );
}

import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { z } from "zod";
import { ImportProgress } from "#components/images/import-progress.tsx";
import { ImportFigures, ImportOutcome, ProblemList } from "#components/images/import-report.tsx";
import { Button } from "#components/ui/button.tsx";
import { Page, PageHeader } from "#components/ui/page.tsx";
import { TimeAgo } from "#components/ui/time.tsx";
import { requireMember } from "#lib/auth/session.ts";
import { isAppError } from "#lib/errors.ts";
import { listImportProblems, readImport } from "#lib/images/import-queries.ts";
import { galleryPlaceSchema, type ImportReport } from "#lib/images/schema.ts";
import { isAnyWorkerAlive } from "#lib/worker/queries.ts";

export const metadata: Metadata = { title: "Import" };

const PROBLEMS_SHOWN = 100;

interface Props {
  params: Promise<{ projectId: string; importId: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export default async function ImportReportPage({ params, searchParams }: Props) {
  const { projectId, importId } = await params;
  await requireMember(projectId, "project.read");
  const report = await findImport(projectId, importId);
  const isWorking = report.state === "working" || report.state === "receiving";
  const { after } = galleryPlaceSchema.parse(await searchParams);
  const [problems, hasWorker] = await Promise.all([
    listImportProblems(projectId, importId, { take: PROBLEMS_SHOWN + 1, ...(after ? { after } : {}) }),
    isWorking ? isAnyWorkerAlive() : true,
  ]);
  const shown = problems.slice(0, PROBLEMS_SHOWN);
  const images = `/projects/${projectId}/images`;
  return (
    <Page>
      <PageHeader
        title={report.source}
        trail={[
          { label: "Images", href: images },
          { label: "Import images", href: `${images}/import` },
        ]}
        summary={
          <>
            Import begun <TimeAgo at={report.createdAt} />
          </>
        }
        actions={
          <>
            <Button asChild>
              <Link href={`${images}/import`}>Import more</Link>
            </Button>
            <Button asChild variant="primary">
              <Link href={images}>See the images</Link>
            </Button>
          </>
        }
      />
      {isWorking ? (
        <ImportProgress report={report} hasWorker={hasWorker} />
      ) : (
        <ImportOutcome report={report} />
      )}
      {isWorking ? null : <ImportFigures report={report} />}
      <ProblemList
        report={report}
        problems={shown}
        next={problems.length > shown.length ? `?after=${shown.at(-1)?.id}` : null}
        first={after ? `${images}/import/${importId}` : null}
      />
    </Page>
  );
}

async function findImport(projectId: string, importId: string): Promise<ImportReport> {
  if (!z.uuid().safeParse(importId).success) notFound();
  try {
    return await readImport(projectId, importId);
  } catch (error) {
    if (isAppError(error) && error.code === "not_found") notFound();
    throw error;
  }
}

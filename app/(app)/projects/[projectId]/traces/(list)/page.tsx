import type { Metadata } from "next";
import Link from "next/link";
import { TraceFilters } from "#components/traces/trace-filters.tsx";
import { TraceTable } from "#components/traces/trace-table.tsx";
import { Button } from "#components/ui/button.tsx";
import { formatCount } from "#components/ui/format.ts";
import { EmptyState, Page, PageHeader } from "#components/ui/page.tsx";
import { requireMember } from "#lib/auth/session.ts";
import { readTraceCounts } from "#lib/traces/count-queries.ts";
import { listCheckNames, listTraces } from "#lib/traces/queries.ts";
import { traceFilterSchema } from "#lib/traces/schema.ts";

export const metadata: Metadata = { title: "Traces" };

interface Props {
  params: Promise<{ projectId: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export default async function TracesPage({ params, searchParams }: Props) {
  const { projectId } = await params;
  await requireMember(projectId, "project.read");
  const filter = traceFilterSchema.parse(await searchParams);
  const [page, counts, checks] = await Promise.all([
    listTraces(projectId, filter),
    readTraceCounts(projectId),
    listCheckNames(projectId),
  ]);
  const { after: _, ...view } = filter;
  const address = (more: Record<string, string>) =>
    `?${new URLSearchParams({ ...Object.fromEntries(Object.entries(view).filter(([, value]) => value !== undefined)), ...more })}`;
  return (
    <Page wide>
      <PageHeader
        title="Traces"
        summary={`${formatCount(counts.total)} in all: ${formatCount(counts.byState.waiting + counts.byState.unconfirmed)} wait for review, ${formatCount(counts.byState.approved)} approved, ${formatCount(counts.byState.rejected)} rejected.`}
        actions={
          <Button asChild variant="primary">
            <Link href={`/projects/${projectId}/review`}>Review</Link>
          </Button>
        }
      />
      {counts.total === 0 ? (
        <EmptyState
          title="No traces yet"
          action={
            <Button asChild variant="primary">
              <Link href={`/projects/${projectId}/runs`}>Start a run</Link>
            </Button>
          }
        >
          A trace is an image with a question, a simple thought and a long thought. A run makes them from the
          images of this project.
        </EmptyState>
      ) : (
        <>
          <TraceFilters filter={filter} checks={checks} />
          {page.rows.length === 0 ? (
            <EmptyState
              title="No trace fits this view"
              action={
                <Button asChild>
                  <Link href={`/projects/${projectId}/traces`}>Show all</Link>
                </Button>
              }
            />
          ) : (
            <TraceTable projectId={projectId} rows={page.rows} />
          )}
          <nav aria-label="Pages" className="mt-4 flex justify-between gap-2">
            {filter.after ? (
              <Button asChild size="sm">
                <Link href={address({})}>To the first page</Link>
              </Button>
            ) : (
              <span />
            )}
            {page.next ? (
              <Button asChild size="sm">
                <Link href={address({ after: page.next })}>Next page</Link>
              </Button>
            ) : null}
          </nav>
        </>
      )}
    </Page>
  );
}

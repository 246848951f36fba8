import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { ChangeTable, CompareForm, LineList } from "#components/datasets/compare-versions.tsx";
import { WithdrawnNotice } from "#components/datasets/withdrawn-notice.tsx";
import { EmptyState, Page, PageHeader, Section } from "#components/ui/page.tsx";
import { requireMember } from "#lib/auth/session.ts";
import { countChanges, listChanges, listComparable } from "#lib/datasets/compare-queries.ts";
import { compareAddressSchema } from "#lib/datasets/compare-schema.ts";
import { readVersion } from "#lib/datasets/queries.ts";

export const metadata: Metadata = { title: "Compare versions" };

interface Props {
  params: Promise<{ projectId: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export default async function ComparePage({ params, searchParams }: Props) {
  const { projectId } = await params;
  await requireMember(projectId, "project.read");
  const address = compareAddressSchema.parse(await searchParams);
  const versions = await listComparable(projectId);
  const to = address.to ?? versions[0]?.id;
  // The newest is first: with the one made before, if there is one.
  const older = versions[versions.findIndex(({ id }) => id === to) + 1];
  const from = address.from ?? older?.id ?? versions.find(({ id }) => id !== to)?.id;
  const base = `/projects/${projectId}`;
  const trail = [{ label: "Datasets", href: `${base}/datasets` }];
  if (!from || !to) {
    return (
      <Page>
        <PageHeader title="Compare versions" trail={trail} />
        <EmptyState title="There are no two versions to compare">Make another version first.</EmptyState>
      </Page>
    );
  }
  const [before, after] = await Promise.all([readVersion(projectId, from), readVersion(projectId, to)]);
  if (!before || !after) notFound();
  const { part, show, after: place } = address;
  const [counts, lines] = await Promise.all([
    countChanges(from, to),
    part && show ? listChanges(from, to, { part, show, after: place }) : null,
  ]);
  return (
    <Page>
      <PageHeader
        title="Compare versions"
        trail={trail}
        summary="What came, what went, and what says something else: by trace, and by the two traces of a pair."
      />
      <CompareForm action={`${base}/datasets/compare`} versions={versions} from={from} to={to} />
      <div className="mb-6 grid gap-3 empty:hidden">
        {[before, after].map((version) => (
          <WithdrawnNotice
            key={version.id}
            withdrawn={version.withdrawn}
            what={`${version.datasetName} · version ${version.number}`}
          />
        ))}
      </div>
      <Section title="What changed">
        <ChangeTable
          address={`${base}/datasets/compare`}
          from={from}
          to={to}
          counts={counts}
          shown={{ part, show }}
        />
      </Section>
      {part && show && lines ? (
        <LineList
          base={base}
          address={`${base}/datasets/compare`}
          query={{ from, to, part, show }}
          lines={lines.lines}
          next={lines.next}
        />
      ) : null}
    </Page>
  );
}

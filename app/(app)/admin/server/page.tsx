import type { Metadata } from "next";
import { FinishDeletions } from "#components/people/finish-deletions.tsx";
import { formatBytes, formatCount, formatPlural } from "#components/ui/format.ts";
import { Figure, Notice, Page, PageHeader, Section } from "#components/ui/page.tsx";
import { Table, Td, Th } from "#components/ui/table.tsx";
import { TimeAgo } from "#components/ui/time.tsx";
import { listOutsideProviders } from "#lib/auth/providers.ts";
import { readServerFacts } from "#lib/auth/server-queries.ts";
import { requireAdmin } from "#lib/auth/session.ts";
import { env } from "#lib/env.ts";
import { listUnfinishedDeletions } from "#lib/projects/queries.ts";
import { VERSION } from "#lib/version.ts";

export const metadata: Metadata = { title: "Server" };

export default async function ServerPage() {
  await requireAdmin();
  const [facts, deletions] = await Promise.all([readServerFacts(), listUnfinishedDeletions()]);
  const settings = env();
  const providers = listOutsideProviders().map(({ name }) => name);
  return (
    <Page>
      <PageHeader title="Server" summary={`Second Look ${VERSION}`} />
      <dl className="grid grid-cols-2 gap-6 pb-8 sm:grid-cols-4">
        <Figure label="Users" value={formatCount(facts.users)} note="enabled" />
        <Figure label="Projects" value={formatCount(facts.projects)} />
        <Figure label="Workers" value={formatCount(facts.workers.length)} note="seen in the last minute" />
        <Figure
          label="Database"
          value={formatBytes(facts.databaseBytes)}
          note={`PostgreSQL ${facts.databaseVersion.split(" ")[0]}`}
        />
      </dl>
      {deletions.length > 0 ? (
        <Section
          title="Deletions under way"
          description={`${formatPlural(deletions.length, "project")} left the screens already; rows and files are still being removed. A deletion that a restart cut off is gone on with here.`}
          actions={<FinishDeletions />}
        >
          {null}
        </Section>
      ) : null}
      <Section
        title="Workers"
        description="They make the model calls, imports and exports. As many as wanted, on as many machines: npm run worker."
      >
        {facts.workers.length === 0 ? (
          <Notice tone="unsure" title="No worker is running">
            Runs, imports and exports wait until one is started.
          </Notice>
        ) : (
          <Table>
            <thead>
              <tr>
                <Th>Machine</Th>
                <Th>Process</Th>
                <Th>Started</Th>
                <Th>Last sign</Th>
              </tr>
            </thead>
            <tbody>
              {facts.workers.map((worker) => (
                <tr key={worker.id}>
                  <Td>{worker.host}</Td>
                  <Td className="tabular">{worker.pid}</Td>
                  <Td>
                    <TimeAgo at={worker.startedAt} />
                  </Td>
                  <Td>
                    <TimeAgo at={worker.seenAt} />
                  </Td>
                </tr>
              ))}
            </tbody>
          </Table>
        )}
      </Section>
      <Section
        title="Settings"
        description="From the environment; they change with a restart. See docs/operations.md."
      >
        <dl className="grid gap-x-8 gap-y-2 sm:grid-cols-[12rem_1fr]">
          <Fact name="Address" value={settings.NEXTAUTH_URL ?? "not set"} />
          <Fact
            name="Files"
            value={settings.STORAGE_URL?.startsWith("s3:") ? "an S3 bucket" : "a folder of this machine"}
          />
          <Fact name="Trusted proxies" value={formatCount(settings.SECOND_LOOK_TRUSTED_PROXIES)} />
          <Fact
            name="Outside sign-in"
            value={providers.length > 0 ? providers.join(", ") : "none: passwords only"}
          />
        </dl>
      </Section>
    </Page>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <>
      <dt className="text-ink-3">{name}</dt>
      <dd>{value}</dd>
    </>
  );
}

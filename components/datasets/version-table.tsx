import Link from "next/link";
import { SimulatedBadge } from "#components/ui/badge.tsx";
import { formatCount } from "#components/ui/format.ts";
import { KindMark } from "#components/ui/kind-mark.tsx";
import { Table, Td, Th } from "#components/ui/table.tsx";
import { TimeAgo } from "#components/ui/time.tsx";
import type { VersionRow } from "#lib/datasets/queries.ts";
import { SFT_KINDS } from "#lib/traces/kind.ts";

/** Versions, newest first, with what they hold. */
export function VersionTable({ base, versions }: { base: string; versions: VersionRow[] }) {
  return (
    <Table>
      <thead>
        <tr>
          <Th>Version</Th>
          <Th className="text-right">Records</Th>
          <Th>Kinds</Th>
          <Th>Made</Th>
        </tr>
      </thead>
      <tbody>
        {versions.map((version) => (
          <tr key={version.id} className="hover:bg-sunk">
            <Td>
              <span className="flex flex-wrap items-center gap-2">
                <Link href={`${base}/${version.id}`} className="link font-medium text-ink">
                  {version.datasetName} · version {version.number}
                </Link>
                {version.simulated ? <SimulatedBadge /> : null}
              </span>
            </Td>
            <Td className="tabular text-right">{formatCount(version.recordCount)}</Td>
            <Td>
              <span className="flex flex-wrap gap-x-4 gap-y-1">
                {SFT_KINDS.filter((kind) => (version.byKind[kind] ?? 0) > 0).map((kind) => (
                  <span key={kind} className="tabular inline-flex items-center gap-1.5">
                    <KindMark kind={kind} size={12} />
                    {formatCount(version.byKind[kind] ?? 0)}
                  </span>
                ))}
              </span>
            </Td>
            <Td className="text-ink-3">
              <TimeAgo at={version.createdAt} />
            </Td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

import { CircleAlert, CircleSlash, LoaderCircle } from "lucide-react";
import Link from "next/link";
import { SimulatedBadge } from "#components/ui/badge.tsx";
import { formatCount } from "#components/ui/format.ts";
import { KindMark } from "#components/ui/kind-mark.tsx";
import { Table, Td, Th } from "#components/ui/table.tsx";
import { TimeAgo } from "#components/ui/time.tsx";
import type { VersionRow } from "#lib/datasets/queries.ts";
import { SPLITS } from "#lib/datasets/version-schema.ts";
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
          <Th className="text-right">Pairs</Th>
          <Th className="text-right">Judged thoughts</Th>
          <Th>Splits</Th>
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
                {version.withdrawn ? <WithdrawnMark /> : null}
              </span>
              {version.withdrawn?.reason ? (
                <span
                  className="mt-0.5 line-clamp-2 min-w-44 max-w-80 text-ink-3 text-xs"
                  title={version.withdrawn.reason}
                >
                  {version.withdrawn.reason}
                </span>
              ) : null}
            </Td>
            {version.state === "ready" ? (
              <Contents version={version} />
            ) : (
              <Unfinished state={version.state} />
            )}
            <Td className="whitespace-nowrap text-ink-3">
              <TimeAgo at={version.createdAt} />
            </Td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

/** That a version is not to be used any more, in a word beside its name. */
export function WithdrawnMark() {
  return (
    <span className="inline-flex items-center gap-1 text-wrong text-xs">
      <CircleSlash aria-hidden className="size-3.5" />
      withdrawn
    </span>
  );
}

function Contents({ version }: { version: VersionRow }) {
  const shown = SPLITS.filter((split) => version.splits[split]);
  return (
    <>
      <Td className="tabular text-right">{countOrDash(version.recordCount)}</Td>
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
      <Td className="tabular text-right">{countOrDash(version.pairCount)}</Td>
      <Td className="tabular text-right">{countOrDash(version.stepCount)}</Td>
      <Td className="whitespace-nowrap text-ink-3">
        {shown.length > 1 ? shown.map((split) => SPLIT_NAMES[split]).join(", ") : "none"}
      </Td>
    </>
  );
}

const SPLIT_NAMES = { train: "train", validation: "validation", test: "test" };

function Unfinished({ state }: { state: "freezing" | "failed" }) {
  return (
    <Td colSpan={5} className="text-ink-2">
      {state === "freezing" ? (
        <span className="inline-flex items-center gap-1.5">
          <LoaderCircle aria-hidden className="size-3.5 motion-safe:animate-spin" />
          being frozen
        </span>
      ) : (
        <span className="inline-flex items-center gap-1.5 text-wrong">
          <CircleAlert aria-hidden className="size-3.5" />
          could not be frozen
        </span>
      )}
    </Td>
  );
}

function countOrDash(count: number) {
  return count > 0 ? formatCount(count) : <span className="text-ink-3">–</span>;
}

import Link from "next/link";
import type { ReactNode } from "react";
import { Section } from "#components/ui/page.tsx";
import { Table, Td, Th } from "#components/ui/table.tsx";
import type { FigureSource } from "#lib/datasets/card/facts-schema.ts";
import type { Statement } from "#lib/datasets/card/words.ts";

/** A part of the card with where its figures come from. */
export function CardSection({
  projectId,
  title,
  sources,
  children,
}: {
  projectId: string;
  title: string;
  /** Where its figures come from, in the order in which they stand. */
  sources: readonly FigureSource[];
  children: ReactNode;
}) {
  return (
    <Section title={title}>
      <div className="grid gap-4">
        {children}
        {sources.map((source) => (
          <p key={source.query} className="text-ink-3 text-xs">
            From {source.query}.{" "}
            {source.screen === null ? null : (
              <Link
                href={`/projects/${projectId}${source.screen === "" ? "" : `/${source.screen}`}`}
                className="link"
              >
                As it is today
              </Link>
            )}
          </p>
        ))}
      </div>
    </Section>
  );
}

/** What figures say, and what that rests on. */
export function StatementBlock({ statement: { headline, grounds } }: { statement: Statement }) {
  return (
    <div className="max-w-[72ch]">
      <p className="text-balance font-medium text-ink">{headline}</p>
      {grounds.length > 0 ? (
        <ul className="mt-2 grid list-disc gap-1 pl-5 text-ink-2 text-sm marker:text-ink-3">
          {grounds.map((ground) => (
            <li key={ground}>{ground}</li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}

/** A table whose first columns are words and whose other ones are figures. */
export function CardTable({
  head,
  rows,
  words = 1,
}: {
  head: readonly string[];
  rows: readonly { key: string; cells: readonly ReactNode[] }[];
  /** How many columns from the left are words. */
  words?: number;
}) {
  return (
    <Table>
      <thead>
        <tr>
          {head.map((name, at) => (
            <Th key={name} className={at >= words ? "text-right" : undefined}>
              {name}
            </Th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ key, cells }) => (
          <tr key={key}>
            {cells.map((cell, at) => (
              <Td
                // biome-ignore lint/suspicious/noArrayIndexKey: the column is the identity
                key={at}
                className={at >= words ? "tabular whitespace-nowrap text-right" : "min-w-32 break-words"}
              >
                {cell}
              </Td>
            ))}
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

import "server-only";
import type { Arguments } from "#lib/cli/arguments.ts";
import { inspectReference } from "#lib/cli/inspect-reference.ts";
import type { Outcome } from "#lib/cli/output.ts";
import { formatReferenceTable } from "#lib/cli/reference-report.ts";

export async function runInspectCommand(args: Arguments): Promise<Outcome> {
  const report = await inspectReference(args.operand ?? "");
  return { isGood: true, json: { ...report }, text: formatReferenceTable(report) };
}

import "server-only";
import { createInterface } from "node:readline/promises";
import type { Arguments } from "#lib/cli/arguments.ts";
import type { Outcome, Output } from "#lib/cli/output.ts";
import { findActor, requireProject } from "#lib/cli/queries.ts";
import { AppError } from "#lib/errors.ts";
import { approveAllPassing, type BulkPreview, previewBulkApproval } from "#lib/review/bulk-commands.ts";

export async function runApproveCommand(args: Arguments, output: Output): Promise<Outcome> {
  const actor = await findActor(args.text("as"));
  const project = await requireProject(args.needed("project"), actor, "traces.bulk");
  const preview = await previewBulkApproval(project.id, actor.id);
  if (preview.approvable > 0 && !args.has("yes") && !(await confirm(preview, actor.email))) {
    return { isGood: false, json: { approved: 0, isDeclined: true, preview }, text: "Nothing was approved." };
  }
  const approved = await approveAllPassing({ projectId: project.id, userId: actor.id }, (count) =>
    output.tick(`${count} approved`),
  );
  output.flush();
  return {
    isGood: true,
    json: { approved, by: actor.email, leftWaiting: leftWaiting(preview) },
    text: `${approved} traces approved in the name of ${actor.email}. Left waiting: ${describeLeft(preview)}.`,
  };
}

async function confirm(preview: BulkPreview, email: string): Promise<boolean> {
  if (!process.stdin.isTTY) {
    throw new AppError(
      "bad_input",
      "This approves without anybody reading, so it asks first, and nobody is there to answer: add --yes.",
    );
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(
      `Approve ${preview.approvable} traces unread, in the name of ${email}? Left waiting: ${describeLeft(preview)}. [y/N] `,
    );
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    terminal.close();
  }
}

function leftWaiting({ failedChecks, notRight, held }: BulkPreview) {
  return { failedChecks, notRight, held };
}

function describeLeft(preview: BulkPreview): string {
  return `${preview.failedChecks} that failed a check, ${preview.notRight} that don't end right, ${preview.held} in a reviewer's hands`;
}

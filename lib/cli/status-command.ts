import "server-only";
import type { Arguments } from "#lib/cli/arguments.ts";
import type { Outcome } from "#lib/cli/output.ts";
import { findActor, requireProject } from "#lib/cli/queries.ts";
import { readCounters } from "#lib/db/counters.ts";
import { listRuns } from "#lib/generation/run-queries.ts";
import { readTraceCounts } from "#lib/traces/count-queries.ts";
import { readWorkers } from "#lib/worker/queries.ts";

export async function runStatusCommand(args: Arguments): Promise<Outcome> {
  const actor = await findActor(args.text("as"));
  const project = await requireProject(args.needed("project"), actor, "project.read");
  const [counters, traces, workers] = await Promise.all([
    readCounters(project.id),
    readTraceCounts(project.id),
    readWorkers(),
  ]);
  const count = (name: string) => counters.get(name) ?? 0;
  const sum = (prefix: string) =>
    [...counters].reduce((total, [name, value]) => total + (name.startsWith(prefix) ? value : 0), 0);
  const images = { present: count("image|present"), missing: count("image|missing") };
  const questions = {
    open: count("question|open"),
    rejected: count("question|rejected"),
    unusable: count("question-problem"),
  };
  const simple = {
    right: count("simple|right"),
    wrong: count("simple|wrong"),
    ungradable: count("simple|ungradable"),
  };
  const long = {
    right: count("long|right"),
    wrong: count("long|wrong"),
    ungradable: count("long|ungradable"),
  };
  const cost = { usd: sum("cost|") / 1_000_000, unpricedCalls: sum("unpriced|") };
  const runs = (await listRuns(project.id)).runs.map(({ id, name, state, reason, stages, counts }) => ({
    runId: id,
    name,
    state,
    reason,
    stages,
    counts,
  }));
  const going = runs.filter((run) => run.state === "running");
  return {
    isGood: true,
    json: {
      project,
      images,
      questions,
      simpleThoughts: simple,
      longThoughts: long,
      traces,
      cost,
      runs,
      workers: workers.length,
    },
    text: [
      `"${project.name}"`,
      `  images: ${images.present}${images.missing ? `, ${images.missing} missing` : ""}`,
      `  questions: ${questions.open}${questions.rejected ? `, ${questions.rejected} rejected` : ""}, ${questions.unusable} unusable`,
      `  simple thoughts: ${simple.right} right, ${simple.wrong} wrong, ${simple.ungradable} ungradable`,
      `  long thoughts: ${long.right} right, ${long.wrong} wrong, ${long.ungradable} ungradable`,
      `  traces: ${traces.byState.waiting} wait for review, ${traces.byState.approved} approved, ${traces.byState.rejected} rejected, of ${traces.total}`,
      `  cost: ${cost.usd.toFixed(2)} USD${cost.unpricedCalls ? `, and ${cost.unpricedCalls} calls whose price is not known` : ""}`,
      `  runs going on: ${going.length === 0 ? "none" : going.map((run) => `"${run.name}"`).join(", ")}; workers: ${workers.length}`,
    ].join("\n"),
  };
}

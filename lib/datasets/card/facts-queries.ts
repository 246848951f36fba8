import "server-only";
import { describeTags, LEXICAL_BEHAVIOURS_VERSION, tagLexically } from "#lib/checks/behaviours.ts";
import { readVersionContamination } from "#lib/contamination/queries.ts";
import { readErrorRate } from "#lib/datasets/card/error-rate-queries.ts";
import {
  BEHAVIOUR_SAMPLE,
  type CardFacts,
  type FunnelStep,
  type LicenceCount,
} from "#lib/datasets/card/facts-schema.ts";
import { recogniseLanguage } from "#lib/datasets/card/language.ts";
import { readLengths } from "#lib/datasets/card/length-queries.ts";
import type { Recipe, VersionSummary } from "#lib/datasets/schema.ts";
import { withdrawalOf } from "#lib/datasets/withdrawal.ts";
import type { Transaction } from "#lib/db/client.ts";
import { readCounters, sumCounters } from "#lib/db/counters.ts";
import { readOverallAgreement } from "#lib/insights/agreement-queries.ts";
import { readCheckCounters } from "#lib/insights/check-insights.ts";
import { rateReliability } from "#lib/insights/trust.ts";
import { readTraceCounts, type TraceCounts } from "#lib/traces/count-queries.ts";
import { splitSteps } from "#lib/traces/steps.ts";

/** A version that is being frozen: its rows are written, its texts stand in the snapshot. */
export interface VersionDraft {
  versionId: string;
  recipe: Recipe;
  summary: VersionSummary;
}

/**
 * What the card says beyond the version's own summary, read in the snapshot that the version was frozen from. Call it
 * after the version's rows were written. Kept counters and about a dozen aggregates; no text is read but those of a
 * sample of `BEHAVIOUR_SAMPLE` records. Nobody is named: people are counted.
 */
export async function readCardFacts(
  tx: Transaction,
  projectId: string,
  draft: VersionDraft,
): Promise<CardFacts> {
  const { versionId } = draft;
  const counters = await readCounters(projectId, "", tx);
  const traces = await readTraceCounts(projectId, tx);
  const composition = await readComposition(tx, versionId);
  const inVersion = composition.rows.reduce((sum, { count }) => sum + count, 0);
  const checks = readCheckCounters(counters);
  return {
    format: 1,
    composition,
    funnel: await readFunnel(tx, projectId, { counters, traces, inVersion }),
    checks: {
      traces: checks.traces,
      questions: checks.questions,
      tracesWithFailure: traces.withFailedChecks,
      source: {
        query: "readCheckCounters: kept counters of the project, each text once",
        screen: "insights",
      },
    },
    made: await readMade(tx, projectId, draft.summary),
    reviewers: await readReviewers(tx, projectId),
    agreement: await readAgreementFacts(tx, projectId),
    errorRate: await readErrorRate(tx, projectId, { versionId, traces }),
    price: priceOf(counters, traces),
    ...(await readSample(tx, versionId)),
    lengths: await readLengths(tx, versionId),
    licences: await readLicences(tx, versionId),
    withdrawnVersions: await readWithdrawnVersions(tx, versionId),
    contamination: await readContamination(tx, projectId, versionId),
  };
}

/** Whoever has an earlier version finds out from this one's card that it is not to be used any more. */
async function readWithdrawnVersions(
  tx: Transaction,
  versionId: string,
): Promise<CardFacts["withdrawnVersions"]> {
  const rows = await tx.datasetVersion.findMany({
    where: { withdrawnAt: { not: null }, dataset: { versions: { some: { id: versionId } } } },
    orderBy: { number: "asc" },
    select: { number: true, withdrawnAt: true, withdrawnReason: true },
  });
  return rows.flatMap((row) => {
    const withdrawn = withdrawalOf(row);
    return withdrawn ? [{ number: row.number, ...withdrawn }] : [];
  });
}

async function readContamination(
  tx: Transaction,
  projectId: string,
  versionId: string,
): Promise<CardFacts["contamination"]> {
  const found = await readVersionContamination(tx, projectId, versionId);
  return found === null
    ? {
        state: "not-checked",
        source: {
          query: "no comparison with benchmarks was made before the version was frozen",
          screen: null,
        },
      }
    : {
        state: "checked",
        ...found,
        source: {
          query:
            "readVersionContamination: finds of the last comparison that nobody dismissed, of the version's lines",
          screen: "datasets/contamination",
        },
      };
}

async function readComposition(tx: Transaction, versionId: string): Promise<CardFacts["composition"]> {
  const rows = await tx.$queryRaw<CardFacts["composition"]["rows"]>`
    SELECT part::text AS part, coalesce("pairKind", kind::text) AS kind, split, count(*)::int AS count
    FROM "DatasetRecord" WHERE "versionId" = ${versionId}::uuid
    GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`;
  const [distinct] = await tx.$queryRaw<{ images: number; questions: number }[]>`
    SELECT count(DISTINCT "imageId")::int AS images, count(DISTINCT "questionRevisionId")::int AS questions
    FROM "DatasetRecord" WHERE "versionId" = ${versionId}::uuid`;
  const reasoningTypes = await tx.$queryRaw<{ type: string; count: number }[]>`
    SELECT q."reasoningType" AS type, count(*)::int AS count
    FROM "DatasetRecord" r JOIN "QuestionRevision" q ON q.id = r."questionRevisionId"
    WHERE r."versionId" = ${versionId}::uuid
    GROUP BY 1 ORDER BY 2 DESC, 1`;
  return {
    rows,
    images: distinct?.images ?? 0,
    questions: distinct?.questions ?? 0,
    reasoningTypes,
    source: { query: "readComposition: lines of the version by part, kind and split", screen: null },
  };
}

async function readFunnel(
  tx: Transaction,
  projectId: string,
  read: { counters: ReadonlyMap<string, number>; traces: TraceCounts; inVersion: number },
): Promise<CardFacts["funnel"]> {
  const { counters, traces } = read;
  const questionProblems = await tx.$queryRaw<{ reason: string; count: number }[]>`
    SELECT reason, count(*)::int AS count FROM "QuestionProblem" WHERE "projectId" = ${projectId}::uuid
    GROUP BY reason ORDER BY 2 DESC, 1`;
  const grades = (stage: string) => ({
    right: sumCounters(counters, `${stage}|right`),
    wrong: sumCounters(counters, `${stage}|wrong`),
    ungradable: sumCounters(counters, `${stage}|ungradable`),
  });
  const simpleGrades = grades("simple");
  const longGrades = grades("long");
  const sum = (of: Record<string, number>) => Object.values(of).reduce((total, value) => total + value, 0);
  const { approved, rejected, disputed, unconfirmed, unselected } = traces.byState;
  const counts: Record<FunnelStep, number> = {
    images: sumCounters(counters, "image|present"),
    questions: sumCounters(counters, "question|"),
    "simple-thoughts": sum(simpleGrades),
    "long-thoughts": sum(longGrades),
    traces: traces.total,
    passed: traces.total - traces.withFailedChecks,
    selected: traces.total - unselected,
    judged: approved + rejected + disputed + unconfirmed,
    approved,
    "in-version": read.inVersion,
  };
  return {
    steps: Object.entries(counts).map(([step, count]) => ({ step: step as FunnelStep, count })),
    missingImages: sumCounters(counters, "image|missing"),
    questionProblems,
    simpleGrades,
    longGrades,
    source: { query: "readFunnel: kept counters of the project, without a filter", screen: "" },
  };
}

async function readMade(
  tx: Transaction,
  projectId: string,
  { makers }: VersionSummary,
): Promise<CardFacts["made"]> {
  const used = [...new Set(makers.flatMap(({ prompt }) => (prompt === null ? [] : [prompt])))];
  const prompts = await tx.$queryRaw<CardFacts["made"]["prompts"]>`
    SELECT name, version, hash, note FROM "PromptVersion"
    WHERE "projectId" = ${projectId}::uuid AND name || '@' || version = ANY(${used}::text[])
    ORDER BY name, version`;
  return {
    makers,
    prompts,
    importedRuns: await tx.run.count({ where: { projectId, kind: "imported" } }),
    source: {
      query: "SummaryCounter: the calls behind each record of the version",
      screen: "settings/prompts",
    },
  };
}

async function readReviewers(tx: Transaction, projectId: string): Promise<CardFacts["reviewers"]> {
  const rows = await tx.$queryRaw<
    { approved: number; rejected: number; bulkApproved: number; bulkRejected: number }[]
  >`
    SELECT count(*) FILTER (WHERE source <> 'bulk' AND decision = 'approved')::int AS approved,
      count(*) FILTER (WHERE source <> 'bulk' AND decision = 'rejected')::int AS rejected,
      count(*) FILTER (WHERE source = 'bulk' AND decision = 'approved')::int AS "bulkApproved",
      count(*) FILTER (WHERE source = 'bulk' AND decision = 'rejected')::int AS "bulkRejected"
    FROM "Verdict"
    WHERE "projectId" = ${projectId}::uuid AND "undoneAt" IS NULL AND "supersededAt" IS NULL
    GROUP BY "reviewerId"`;
  const total = (of: (row: (typeof rows)[number]) => number) => rows.reduce((sum, row) => sum + of(row), 0);
  return {
    people: rows.length,
    verdictsEach: rows
      .map((row) => row.approved + row.rejected)
      .filter((verdicts) => verdicts > 0)
      .sort((left, right) => right - left),
    single: { approved: total((row) => row.approved), rejected: total((row) => row.rejected) },
    bulk: { approved: total((row) => row.bulkApproved), rejected: total((row) => row.bulkRejected) },
    source: {
      query: "readReviewers: standing verdicts of the project, those in bulk apart",
      screen: "insights",
    },
  };
}

async function readAgreementFacts(tx: Transaction, projectId: string): Promise<CardFacts["agreement"]> {
  const { compared, unanimous, percent, alpha } = await readOverallAgreement(projectId, tx);
  const measured = ({ value, interval }: typeof percent) => ({
    value,
    low: interval.low,
    high: interval.high,
  });
  return {
    compared,
    unanimous,
    percent: measured(percent),
    alpha: measured(alpha),
    reliability: rateReliability(alpha),
    source: {
      query: "readOverallAgreement: independent first verdicts on the same text, resampled by image",
      screen: "insights",
    },
  };
}

function priceOf(counters: ReadonlyMap<string, number>, traces: TraceCounts): CardFacts["price"] {
  const costMicros = sumCounters(counters, "cost|");
  const unpricedCalls = sumCounters(counters, "unpriced|");
  const approved = traces.byState.approved;
  const calls = [...counters].reduce(
    (sum, [name, value]) => (name.startsWith("call|") && name.endsWith("|answered") ? sum + value : sum),
    0,
  );
  const isAnythingKnown = calls > unpricedCalls;
  return {
    calls,
    unpricedCalls,
    costMicros,
    approved,
    perApprovedMicros: isAnythingKnown && approved > 0 ? Math.round(costMicros / approved) : null,
    source: {
      query: "priceOf: kept cost counters of all answered calls of the project, over its approved traces",
      screen: "runs",
    },
  };
}

/** Drawn by the hash of the revision's id: the same records whenever it is asked. */
async function readSample(
  tx: Transaction,
  versionId: string,
): Promise<Pick<CardFacts, "behaviours" | "language">> {
  const rows = await tx.$queryRaw<
    { simple: string; cue: string | null; joiner: string | null; body: string }[]
  >`
    WITH drawn AS (
      SELECT DISTINCT "traceId", "traceRevisionId" FROM "DatasetRecord"
      WHERE "versionId" = ${versionId}::uuid AND part <> 'steps'
    ), sampled AS (
      SELECT * FROM drawn ORDER BY md5("traceRevisionId"::text), "traceRevisionId" LIMIT ${BEHAVIOUR_SAMPLE}::int
    )
    SELECT s.text AS simple, l.cue, l.joiner, v.body
    FROM sampled d JOIN "Trace" t ON t.id = d."traceId" JOIN "TraceRevision" v ON v.id = d."traceRevisionId"
    JOIN "SimpleThought" s ON s.id = t."simpleThoughtId" LEFT JOIN "LongThought" l ON l.id = t."longThoughtId"
    ORDER BY d."traceRevisionId"`;
  const [of] = await tx.$queryRaw<{ count: number }[]>`
    SELECT count(DISTINCT "traceRevisionId")::int AS count FROM "DatasetRecord"
    WHERE "versionId" = ${versionId}::uuid AND part <> 'steps'`;
  const sums: Record<string, number> = {};
  for (const { simple, cue, joiner, body } of rows) {
    const steps = splitSteps(cue === null ? body : `${simple}${joiner ?? " "}${cue}${body}`);
    for (const [name, times] of Object.entries(describeTags(steps, tagLexically(steps)).counts))
      sums[name] = (sums[name] ?? 0) + times;
  }
  return {
    behaviours: {
      method: LEXICAL_BEHAVIOURS_VERSION,
      sampled: rows.length,
      of: of?.count ?? 0,
      means: Object.fromEntries(
        Object.entries(sums).map(([name, times]) => [name, times / Math.max(1, rows.length)]),
      ),
      source: {
        query: `tagLexically: word patterns over up to ${BEHAVIOUR_SAMPLE} thoughts of the version, drawn by hash`,
        screen: "insights",
      },
    },
    language: {
      code: recogniseLanguage(rows.map(({ simple, body }) => `${simple} ${body}`)),
      source: { query: "recogniseLanguage: frequent words of English in the same thoughts", screen: null },
    },
  };
}

async function readLicences(tx: Transaction, versionId: string): Promise<CardFacts["licences"]> {
  const rows = await tx.$queryRaw<LicenceCount[]>`
    SELECT nullif(trim(i.licence), '') AS licence,
      (array_remove(array_agg(DISTINCT nullif(trim(i.source), '')), NULL))[1:20] AS sources, count(*)::int AS images
    FROM "Image" i
    WHERE i.id IN (SELECT "imageId" FROM "DatasetRecord" WHERE "versionId" = ${versionId}::uuid)
    GROUP BY 1 ORDER BY 3 DESC, 1 NULLS LAST`;
  return {
    rows,
    source: { query: "readLicences: what the import said of each image of the version", screen: "images" },
  };
}

import type { CheckResult } from "#lib/checks/check-trace.ts";

/** What the checks found of one revision, as it is stored. */
export type PackedResults = {
  /** `TraceRevision.passedChecks`: passed, and nothing more to say; each as `name version`. */
  passed: string[];
  /** What has a row of its own. */
  told: CheckResult[];
};

/**
 * Most traces pass most checks, and a pass seldom rests on anything: such a pass is a word in its revision. As a row, each
 * took 200 bytes and an entry in an index, eight times for every trace.
 */
export function packResults(results: readonly CheckResult[]): PackedResults {
  const isPlain = ({ result, evidence }: CheckResult) =>
    result === "pass" && Object.keys(evidence).length === 0;
  return {
    passed: results.filter(isPlain).map(({ check, version }) => `${check} ${version}`),
    told: results.filter((result) => !isPlain(result)),
  };
}

import Link from "next/link";
import { formatCount } from "#components/ui/format.ts";
import type { Overview } from "#lib/insights/overview-queries.ts";

interface Step {
  label: string;
  count: number;
  note: string;
  href: string;
}

/** The way of the data in figures, each a link to what it counts. */
export function Funnel({ projectId, overview }: { projectId: string; overview: Overview }) {
  const base = `/projects/${projectId}`;
  const { traces } = overview;
  const steps: Step[] = [
    {
      label: "Images",
      count: overview.images.present + overview.images.missing,
      note:
        overview.images.missing > 0
          ? `${formatCount(overview.images.missing)} without their file`
          : "with dense descriptions",
      href: `${base}/images`,
    },
    {
      label: "Questions",
      count: overview.questions,
      note:
        overview.questionProblems > 0
          ? `${formatCount(overview.questionProblems)} more could not be used`
          : "written from descriptions",
      href: `${base}/images`,
    },
    {
      label: "Simple thoughts",
      count: total(overview.simple),
      note: shareRight(overview.simple),
      href: `${base}/traces`,
    },
    {
      label: "Long thoughts",
      count: total(overview.long),
      note: shareRight(overview.long),
      href: `${base}/traces`,
    },
    {
      label: "Chosen for review",
      count: traces.total - traces.byState.unselected,
      note: `of ${formatCount(traces.total)} traces; ${formatCount(traces.withFailedChecks)} failed a check`,
      href: `${base}/traces?state=waiting`,
    },
    {
      label: "Approved",
      count: traces.byState.approved,
      note: `${formatCount(overview.trainable)} end right and can be trained on`,
      href: `${base}/traces?state=approved`,
    },
  ];
  const widest = Math.max(1, ...steps.map(({ count }) => count));
  return (
    <ol className="grid gap-3">
      {steps.map((step) => (
        <li
          key={step.label}
          className="grid grid-cols-[9rem_1fr] items-center gap-4 sm:grid-cols-[9rem_5rem_1fr]"
        >
          <Link href={step.href} className="font-medium hover:underline">
            {step.label}
          </Link>
          <span className="tabular text-right font-medium text-lg">{formatCount(step.count)}</span>
          <span className="col-span-2 grid gap-1 sm:col-span-1">
            <span aria-hidden className="block h-1.5 rounded-full bg-line">
              <span
                className="block h-full rounded-full bg-ink"
                style={{ width: `${(step.count / widest) * 100}%` }}
              />
            </span>
            <span className="text-ink-3 text-xs">{step.note}</span>
          </span>
        </li>
      ))}
    </ol>
  );
}

function total(grades: { right: number; wrong: number; ungradable: number }): number {
  return grades.right + grades.wrong + grades.ungradable;
}

function shareRight(grades: { right: number; wrong: number; ungradable: number }): string {
  const all = total(grades);
  return all === 0 ? "none yet" : `${Math.round((grades.right / all) * 100)} % right`;
}

import Link from "next/link";
import { Button } from "#components/ui/button.tsx";
import { formatPlural } from "#components/ui/format.ts";
import { can, type ProjectRole } from "#lib/auth/permissions.ts";
import type { Overview } from "#lib/insights/overview-queries.ts";

/** The one thing to do next, for this person as the project stands. */
export function NextStep({
  projectId,
  overview,
  role,
}: {
  projectId: string;
  overview: Overview;
  role: ProjectRole;
}) {
  const step = chooseStep(projectId, overview, role);
  if (!step) return null;
  return (
    <div className="flex flex-wrap items-center justify-between gap-4 border-accent border-l-2 py-1 pl-4">
      <div className="min-w-0">
        <p className="font-medium text-base">{step.title}</p>
        <p className="text-ink-2">{step.why}</p>
      </div>
      <Button asChild variant="primary">
        <Link href={step.href}>{step.action}</Link>
      </Button>
    </div>
  );
}

interface Step {
  title: string;
  why: string;
  action: string;
  href: string;
}

function chooseStep(projectId: string, overview: Overview, role: ProjectRole): Step | null {
  const base = `/projects/${projectId}`;
  const images = overview.images.present + overview.images.missing;
  const waiting = overview.traces.byState.waiting + overview.traces.byState.unconfirmed;
  if (images === 0) {
    if (!can(role, "images.import")) return null;
    return {
      title: "Import the first images",
      why: "Everything grows from images with dense descriptions: a zip, or a table beside a folder.",
      action: "Import images",
      href: `${base}/images/import`,
    };
  }
  if (waiting > 0 && can(role, "traces.judge")) {
    return {
      title: `${formatPlural(waiting, "trace")} ${waiting === 1 ? "waits" : "wait"} for review`,
      why: "One at a time, beside the picture: approve, reject, or mend what is nearly right.",
      action: "Review",
      href: `${base}/review`,
    };
  }
  if (overview.traces.total === 0 && can(role, "runs.manage")) {
    return {
      title: "Run the three stages",
      why: "Questions from the descriptions, a simple thought on each, and a second look at it.",
      action: "Start a run",
      href: `${base}/runs/new`,
    };
  }
  if (overview.trainable > 0 && can(role, "datasets.manage")) {
    return {
      title: `${formatPlural(overview.trainable, "approved trace")} can be trained on`,
      why: "Freeze them as a dataset version and download it in a form that a trainer loads.",
      action: "Datasets",
      href: `${base}/datasets`,
    };
  }
  return null;
}

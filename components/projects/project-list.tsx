import Link from "next/link";
import { Badge } from "#components/ui/badge.tsx";
import { formatCount } from "#components/ui/format.ts";
import { TimeAgo } from "#components/ui/time.tsx";
import type { ProjectRow } from "#lib/projects/queries.ts";

/** The projects of a user: the open ones, then the archived ones under a heading of their own. */
export function ProjectList({ projects }: { projects: ProjectRow[] }) {
  const open = projects.filter((project) => !project.archivedAt);
  const archived = projects.filter((project) => project.archivedAt);
  return (
    <>
      <Rows projects={open} />
      {archived.length > 0 ? (
        <details className="mt-8" open={open.length === 0}>
          <summary className="text-ink-3 text-sm hover:text-ink">
            {formatCount(archived.length)} archived
          </summary>
          <div className="mt-3">
            <Rows projects={archived} />
          </div>
        </details>
      ) : null}
    </>
  );
}

function Rows({ projects }: { projects: ProjectRow[] }) {
  return (
    <ul className="border-line border-t">
      {projects.map((project) => (
        <li
          key={project.id}
          className="relative grid gap-x-8 gap-y-3 border-line border-b py-5 hover:bg-sunk md:grid-cols-[minmax(0,1fr)_auto] md:items-center"
        >
          <div className="min-w-0 md:pl-3">
            <h2 className="flex flex-wrap items-center gap-2 font-semibold text-base">
              {/* The whole row is the link; its name is the project's. */}
              <Link href={`/projects/${project.id}`} className="after:absolute after:inset-0">
                {project.name}
              </Link>
              {project.isDemo ? <Badge tone="unsure">demo</Badge> : null}
            </h2>
            {project.description ? (
              <p className="mt-0.5 line-clamp-2 max-w-[64ch] text-ink-2">{project.description}</p>
            ) : null}
            <p className="mt-1 text-ink-3 text-xs">
              You are {project.role === "owner" ? "an owner" : `a ${project.role}`} · last activity{" "}
              <TimeAgo at={project.lastActivityAt} />
            </p>
          </div>
          <dl className="flex gap-7 md:pr-3 md:text-right">
            <Count label="images" value={project.images} />
            <Count label="traces" value={project.traces} />
            <Count label="waiting" value={project.waiting} isUrgent={project.role !== "viewer"} />
            <Count label="approved" value={project.approved} />
          </dl>
        </li>
      ))}
    </ul>
  );
}

function Count({ label, value, isUrgent = false }: { label: string; value: number; isUrgent?: boolean }) {
  return (
    <div className="flex min-w-12 flex-col-reverse">
      <dt className="text-ink-3 text-xs">{label}</dt>
      <dd
        className={`tabular font-medium text-lg tracking-tight ${isUrgent && value > 0 ? "text-accent" : "text-ink"}`}
      >
        {formatCount(value)}
      </dd>
    </div>
  );
}

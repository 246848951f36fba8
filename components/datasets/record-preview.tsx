import { ChevronLeft, ChevronRight } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { SimulatedBadge } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { formatCount } from "#components/ui/format.ts";
import { KindMark } from "#components/ui/kind-mark.tsx";
import type { RecordPreview as Preview } from "#lib/datasets/queries.ts";

export interface RecordPreviewProps {
  projectId: string;
  versionId: string;
  preview: Preview;
  /** From 1. */
  place: number;
  total: number;
}

/** A record as the trainer sees it: context in grey, what carries loss in ink under a rule. */
export function RecordPreview({ projectId, versionId, preview, place, total }: RecordPreviewProps) {
  const { record, rendered } = preview;
  const base = `/projects/${projectId}`;
  const at = (record: number) => `${base}/datasets/${versionId}?record=${record}`;
  return (
    <div className="grid gap-6 lg:grid-cols-[minmax(0,22rem)_minmax(0,1fr)]">
      <div className="grid content-start gap-3">
        <div className="bg-mat p-3">
          {/* biome-ignore lint/performance/noImgElement: served by the app's own route, already sized */}
          <img
            src={`/api/projects/${projectId}/images/${record.imageId}/view`}
            alt={record.imageName}
            className="mx-auto max-h-72 w-auto max-w-full"
          />
        </div>
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-ink-3 text-xs">
          <KindMark kind={record.kind} />
          <span>{record.question.reasoningType}</span>
          {record.simulated ? <SimulatedBadge /> : null}
          <Link href={`${base}/traces/${record.traceId}`} className="link">
            its trace today
          </Link>
        </div>
        <nav aria-label="Records" className="flex items-center gap-2">
          <Step label="Record before" href={place > 1 ? at(place - 1) : null}>
            <ChevronLeft aria-hidden />
          </Step>
          <span className="tabular text-ink-3 text-xs">
            {formatCount(place)} of {formatCount(total)}
          </span>
          <Step label="Next record" href={place < total ? at(place + 1) : null}>
            <ChevronRight aria-hidden />
          </Step>
        </nav>
      </div>
      <div className="grid min-w-0 content-start gap-4">
        <Turn who="System" text={rendered.system} />
        <Turn who="User" text={`[image]\n${rendered.user}`} />
        {rendered.context ? <Turn who="Assistant, context" text={rendered.context} isThought /> : null}
        <div className="border-accent border-l-2 pl-4">
          <p className="mb-1 font-medium text-accent text-xs">Assistant, trained on</p>
          <p className="prose-thought whitespace-pre-wrap text-ink">{rendered.trained.trimStart()}</p>
        </div>
      </div>
    </div>
  );
}

function Turn({ who, text, isThought = false }: { who: string; text: string; isThought?: boolean }) {
  return (
    <div className="border-line border-l-2 pl-4">
      <p className="mb-1 font-medium text-ink-3 text-xs">{who}</p>
      <p className={`whitespace-pre-wrap break-words text-ink-3 ${isThought ? "prose-thought" : "text-sm"}`}>
        {text}
      </p>
    </div>
  );
}

function Step({ label, href, children }: { label: string; href: string | null; children: ReactNode }) {
  return href ? (
    <Button asChild variant="secondary" size="icon-sm">
      <Link href={href} scroll={false} aria-label={label}>
        {children}
      </Link>
    </Button>
  ) : (
    <Button variant="secondary" size="icon-sm" disabled aria-label={label}>
      {children}
    </Button>
  );
}

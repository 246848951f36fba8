"use client";

import {
  Boxes,
  ChartNoAxesColumn,
  Gauge,
  Images,
  PanelsTopLeft,
  PlayCircle,
  ScanEye,
  Settings,
} from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { cn } from "#components/ui/cn.ts";

const ITEMS = [
  { path: "", label: "Overview", icon: Gauge },
  { path: "/images", label: "Images", icon: Images },
  { path: "/runs", label: "Runs", icon: PlayCircle },
  { path: "/traces", label: "Traces", icon: PanelsTopLeft },
  { path: "/review", label: "Review", icon: ScanEye },
  { path: "/insights", label: "Insights", icon: ChartNoAxesColumn },
  { path: "/datasets", label: "Datasets", icon: Boxes },
  { path: "/settings", label: "Settings", icon: Settings },
] as const;

export interface ProjectNavProps {
  projectId: string;
  /** Traces that wait for review, shown beside Review. */
  waiting: number;
  /** Icons alone, with their names for assistive technology and on hover: the picture gets the room. */
  isNarrow?: boolean;
  /** Called when a place was chosen: the narrow screen closes its sheet. */
  onNavigate?: () => void;
}

export function ProjectNav({ projectId, waiting, isNarrow = false, onNavigate }: ProjectNavProps) {
  const pathname = usePathname();
  const base = `/projects/${projectId}`;
  return (
    <nav aria-label="Project" className="grid gap-px">
      {ITEMS.map(({ path, label, icon: Icon }) => {
        const href = `${base}${path}`;
        const isCurrent =
          path === "" ? pathname === base : pathname === href || pathname.startsWith(`${href}/`);
        return (
          <Link
            key={path}
            href={href}
            aria-current={isCurrent ? "page" : undefined}
            onClick={onNavigate}
            title={isNarrow ? label : undefined}
            aria-label={isNarrow ? label : undefined}
            className={cn(
              "flex items-center gap-2.5 rounded-md px-2.5 py-1.5 text-ink-2 hover:bg-sunk hover:text-ink pointer-coarse:min-h-11 [&_svg]:size-4 [&_svg]:text-ink-3",
              isNarrow && "justify-center px-0 py-2",
              isCurrent && "bg-sunk font-medium text-ink [&_svg]:text-accent",
            )}
          >
            <Icon aria-hidden />
            {isNarrow ? null : label}
            {path === "/review" && waiting > 0 && !isNarrow ? (
              <span
                className="tabular ml-auto text-ink-3 text-xs"
                title={`${waiting} traces wait for review`}
              >
                {waiting > 9999 ? "9999+" : waiting}
              </span>
            ) : null}
          </Link>
        );
      })}
    </nav>
  );
}

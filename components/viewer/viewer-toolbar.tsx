"use client";

import {
  Eye,
  EyeOff,
  LoaderCircle,
  Maximize2,
  Minus,
  Plus,
  Scan,
  Spline,
  SquareDashed,
  Sun,
  SunDim,
  TriangleAlert,
} from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "#components/ui/button.tsx";
import type { Brightness } from "#components/viewer/brightness.ts";
import type { Detail } from "#components/viewer/tile-layer.tsx";
import type { Tool } from "#components/viewer/use-region-editing.ts";
import type { Viewport } from "#components/viewer/use-viewport.ts";

export interface ViewerToolbarProps {
  viewport: Viewport;
  brightness: Brightness;
  detail: Detail;
  /** The key that begins a box; null where it has none. */
  boxKey: string | null;
  /** The address of the picture at full size. */
  fullAddress: string;
  regions: {
    count: number;
    areHidden: boolean;
    onToggle: () => void;
    tool: Tool | null;
    /** Begins drawing; undefined where nothing may be drawn. */
    onDraw: ((tool: Tool) => void) | undefined;
    onDrop: () => void;
  };
}

/** What can be done with the picture by hand; each has its key, said in its title. */
export function ViewerToolbar({
  viewport,
  brightness,
  detail,
  boxKey,
  fullAddress,
  regions,
}: ViewerToolbarProps) {
  const { view, frame } = viewport;
  const percent = view && frame ? view.scale * frame.dots * 100 : null;
  return (
    <div
      role="toolbar"
      aria-label="The picture"
      className="absolute right-2 bottom-2 z-10 flex max-w-[calc(100%-1rem)] flex-wrap items-center justify-end gap-0.5 rounded-md bg-raised/90 p-0.5 text-ink-2 shadow-sm"
    >
      {regions.onDraw ? (
        <>
          <ToolButton
            label="Draw a box"
            keys={boxKey ?? undefined}
            isOn={regions.tool === "box"}
            onClick={() => (regions.tool === "box" ? regions.onDrop() : regions.onDraw?.("box"))}
          >
            <SquareDashed />
          </ToolButton>
          <ToolButton
            label="Draw an outline"
            isOn={regions.tool === "polygon"}
            onClick={() => (regions.tool === "polygon" ? regions.onDrop() : regions.onDraw?.("polygon"))}
          >
            <Spline />
          </ToolButton>
        </>
      ) : null}
      {regions.count > 0 ? (
        <ToolButton
          label={regions.areHidden ? "Show the regions" : "Hide the regions"}
          isOn={regions.areHidden}
          onClick={regions.onToggle}
        >
          {regions.areHidden ? <EyeOff /> : <Eye />}
        </ToolButton>
      ) : null}
      {brightness.isDark ? (
        <>
          <ToolButton label="Darker" isDisabled={brightness.value <= 1} onClick={brightness.darker}>
            <SunDim />
          </ToolButton>
          {brightness.value > 1 ? (
            <button
              type="button"
              onClick={brightness.reset}
              title="Show the picture as it is"
              className="rounded px-1 text-2xs tabular-nums hover:text-ink pointer-coarse:min-h-11 pointer-coarse:px-2"
            >
              Brightened {brightness.value.toFixed(1)}×
            </button>
          ) : null}
          <ToolButton
            label="Brighter"
            isDisabled={brightness.value >= brightness.max}
            onClick={brightness.brighter}
          >
            <Sun />
          </ToolButton>
        </>
      ) : null}
      <span className="flex min-w-14 items-center justify-end gap-1 px-1 text-2xs tabular-nums">
        {detail === "loading" ? (
          <LoaderCircle aria-label="Loading more detail" className="size-3 animate-spin" role="img" />
        ) : null}
        {detail === "failed" ? (
          <span title="More detail could not be loaded. Zoom out and in again to retry.">
            <TriangleAlert
              aria-label="More detail could not be loaded"
              role="img"
              className="size-3 text-wrong"
            />
          </span>
        ) : null}
        {percent === null ? "" : `${percent < 10 ? percent.toFixed(1) : Math.round(percent)} %`}
      </span>
      <ToolButton label="Zoom out" keys="-" onClick={() => viewport.zoomBy(1 / 1.4)}>
        <Minus />
      </ToolButton>
      <ToolButton label="Zoom in" keys="+" onClick={() => viewport.zoomBy(1.4)}>
        <Plus />
      </ToolButton>
      <ToolButton label="Fit the picture" keys="0" onClick={viewport.fit}>
        <Scan />
      </ToolButton>
      <ToolButton label="1:1, actual size" keys="1" onClick={() => viewport.showActual()}>
        <span className="font-medium text-2xs">1:1</span>
      </ToolButton>
      <Button variant="ghost" size="icon-sm" asChild>
        <a
          href={fullAddress}
          target="_blank"
          rel="noreferrer"
          aria-label="Open the picture at full size in a new tab"
          title="Open the picture at full size in a new tab"
        >
          <Maximize2 />
        </a>
      </Button>
    </div>
  );
}

function ToolButton({
  label,
  keys,
  isOn,
  isDisabled,
  onClick,
  children,
}: {
  label: string;
  keys?: string | undefined;
  isOn?: boolean;
  isDisabled?: boolean;
  onClick: () => void;
  children: ReactNode;
}) {
  return (
    <Button
      variant="ghost"
      size="icon-sm"
      aria-label={label}
      title={keys ? `${label} (${keys})` : label}
      aria-pressed={isOn}
      disabled={isDisabled}
      onClick={onClick}
      className="aria-pressed:bg-accent-soft aria-pressed:text-accent"
    >
      {children}
    </Button>
  );
}

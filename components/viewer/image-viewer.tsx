"use client";

import {
  type CSSProperties,
  type FocusEvent,
  type KeyboardEvent,
  type MouseEvent,
  type Ref,
  useEffect,
  useImperativeHandle,
  useRef,
  useState,
} from "react";
import { cn } from "#components/ui/cn.ts";
import { useBrightness } from "#components/viewer/brightness.ts";
import { PictureLayers } from "#components/viewer/picture-layers.tsx";
import { PictureLost } from "#components/viewer/picture-lost.tsx";
import { RegionBar } from "#components/viewer/region-bar.tsx";
import { boundsOf, boundsOfAll } from "#components/viewer/region-geometry.ts";
import { RegionLayer } from "#components/viewer/region-layer.tsx";
import type { Detail } from "#components/viewer/tile-layer.tsx";
import { usePen } from "#components/viewer/use-pen.ts";
import { useRegionEditing } from "#components/viewer/use-region-editing.ts";
import { useViewerKeys } from "#components/viewer/use-viewer-keys.ts";
import { useViewport, type Viewport } from "#components/viewer/use-viewport.ts";
import { ViewerToolbar } from "#components/viewer/viewer-toolbar.tsx";
import type { Size } from "#lib/images/fit.ts";
import type { Region } from "#lib/images/region-schema.ts";
import { DEFAULT_KEYMAP, type Keymap } from "#lib/keys/keymap.ts";

export interface ViewedImage {
  id: string;
  externalId: string;
  isMissing: boolean;
  /** Of the upright picture, in pixels. */
  width: number | null;
  height: number | null;
  /** A tiny data URL to show at once. */
  placeholder: string | null;
}

/** What a screen can ask of the viewer, for its own keys. */
export interface ImageViewerHandle {
  /** Begins a box that arrows move and Enter keeps; the focus goes to the picture until then. */
  startBox: () => void;
  /** The closer look that Space gives while it is held. */
  startPeek: () => void;
  endPeek: () => void;
  fit: () => void;
  showActual: () => void;
  /** Moves the picture until a region is in sight. */
  revealRegion: (id: string) => void;
  focus: () => void;
}

export interface ImageViewerProps {
  projectId: string;
  image: ViewedImage;
  className?: string | undefined;
  /**
   * Told once the picture is on the screen, or once it is known that it can't be ("missing": it was never imported,
   * "failed": it could not be fetched): nothing may be judged before.
   */
  onShown?: (how: "shown" | "missing" | "failed") => void;
  /** What the regions belong to, where pictures stay while that changes: what was begun on one is not the next one's. */
  subject?: string;
  /** The keys as the person has them; without these as they are at first. */
  keymap?: Keymap;
  /** Named places in it, in the order in which Tab goes through them. */
  regions?: Region[];
  /** Regions that can be looked at and not changed. */
  fixedRegionIds?: readonly string[];
  /** Regions of the step that is looked at: they stand out, the others step back. Out of sight, they are brought into it. */
  activeRegionIds?: readonly string[];
  /** The region that is chosen; without this the viewer remembers it itself. */
  selectedRegionId?: string | null;
  /** The pointer or the focus is on a region, or on none any more. */
  onRegionHover?: (id: string | null) => void;
  onRegionSelect?: (id: string | null) => void;
  /** A region was drawn, with an id of its own and without a name; without this nothing can be drawn. */
  onRegionCreate?: (region: Region) => void;
  /** A region was moved, resized or named. */
  onRegionChange?: (region: Region) => void;
  onRegionDelete?: (id: string) => void;
  ref?: Ref<ImageViewerHandle>;
}

const NO_REGIONS: Region[] = [];
const NO_IDS: readonly string[] = [];

/** A picture to be looked at closely, with the regions that are drawn on it. */
export function ImageViewer({ image, onShown, ...props }: ImageViewerProps) {
  const [attempt, setAttempt] = useState(0);
  const [hasFailed, setFailed] = useState(false);
  const onShownRef = useRef(onShown);
  onShownRef.current = onShown;

  // A picture that cannot be shown is known to be missing: that, too, is seen.
  useEffect(() => {
    if (image.isMissing) onShownRef.current?.("missing");
  }, [image.isMissing]);

  if (image.isMissing) return <PictureLost name={image.externalId} className={props.className} />;
  if (hasFailed) {
    return (
      <PictureLost
        name={image.externalId}
        className={props.className}
        onRetry={() => {
          setAttempt(attempt + 1);
          setFailed(false);
        }}
      />
    );
  }
  return (
    <LoadedViewer
      key={`${image.id} ${attempt}`}
      image={image}
      onShown={onShown}
      onFailed={() => {
        setFailed(true);
        onShown?.("failed");
      }}
      {...props}
    />
  );
}

interface LoadedViewerProps extends Omit<ImageViewerProps, "onShown"> {
  onShown: ImageViewerProps["onShown"] | undefined;
  onFailed: () => void;
}

function LoadedViewer({ projectId, image, className, onShown, onFailed, ref, ...props }: LoadedViewerProps) {
  const { regions = NO_REGIONS, activeRegionIds = NO_IDS, keymap = DEFAULT_KEYMAP } = props;
  const { fixedRegionIds = NO_IDS } = props;
  const [isLoaded, setLoaded] = useState(false);
  const [natural, setNatural] = useState<Size | null>(null);
  const [detail, setDetail] = useState<Detail>("sharp");
  const [hoveredId, setHoveredId] = useState<string | null>(null);
  const [ownSelectedId, setOwnSelectedId] = useState<string | null>(null);
  const [areHidden, setHidden] = useState(false);
  const [isFocused, setFocused] = useState(false);
  const figure = useRef<HTMLElement>(null);
  const returnTo = useRef<HTMLElement | null>(null);

  const selectedId = props.selectedRegionId === undefined ? ownSelectedId : props.selectedRegionId;
  const picture = sizeOf(image) ?? natural ?? { width: 1, height: 1 };
  const viewport = useViewport(
    picture,
    (target) => target instanceof Element && !!target.closest(".viewer-pen"),
    boundsOfAll(regions.filter(({ id }) => activeRegionIds.includes(id))),
  );
  const brightness = useBrightness();
  const base = `/api/projects/${projectId}/images/${image.id}`;
  const activeIds = new Set(activeRegionIds);

  function select(id: string | null) {
    setOwnSelectedId(id);
    props.onRegionSelect?.(id);
  }

  function hover(id: string | null) {
    setHoveredId(id);
    props.onRegionHover?.(id);
  }

  const editing = useRegionEditing({
    subject: props.subject ?? image.id,
    keymap,
    regions: regions.filter(({ id }) => !fixedRegionIds.includes(id)),
    selectedId,
    seen: viewport.seen,
    onSelect: select,
    onCreate: props.onRegionCreate,
    onChange: props.onRegionChange,
    onDelete: props.onRegionDelete,
    takeFocus: () => {
      const from = document.activeElement;
      if (from instanceof HTMLElement && !figure.current?.contains(from)) returnTo.current = from;
      viewport.boxRef.current?.focus({ preventScroll: true });
    },
    giveFocusBack: () => {
      const before = returnTo.current?.isConnected ? returnTo.current : null;
      const region = figure.current?.querySelector<HTMLElement>(`[data-region="${selectedId}"]`);
      const to = before ?? region ?? viewport.boxRef.current;
      returnTo.current = null;
      to?.focus({ preventScroll: true });
    },
  });
  const canChange = props.onRegionChange !== undefined;
  const penRegion = editing.tool === null && canChange && isFocused ? editing.selected : null;
  const { Pen, hasFailed: hasPenFailed } = usePen(editing.tool !== null || penRegion !== null);
  const { onKeyDown } = useViewerKeys({ figure, viewport, editing, keymap });

  useImperativeHandle(ref, () => ({
    startBox: () => editing.begin("box", true),
    startPeek: viewport.startPeek,
    endPeek: viewport.endPeek,
    fit: viewport.fit,
    showActual: () => viewport.showActual(),
    revealRegion: (id) => {
      const region = regions.find((other) => other.id === id);
      if (region) viewport.reveal(boundsOf(region.shape));
    },
    focus: () => viewport.boxRef.current?.focus({ preventScroll: true }),
  }));

  const shown = areHidden ? regions.filter(({ id }) => activeIds.has(id) || id === selectedId) : regions;
  const { view, frame } = viewport;
  return (
    <figure
      ref={figure}
      className={cn("relative isolate overflow-hidden bg-mat", className)}
      data-detail={detail}
      onKeyDown={onKeyDown}
      onFocus={() => setFocused(true)}
      onBlur={(event: FocusEvent) => {
        if (!event.currentTarget.contains(event.relatedTarget)) setFocused(false);
      }}
    >
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for a form */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: keys are heard by the figure around it */}
      <div
        ref={viewport.boxRef}
        role="group"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: zooming and panning by keys needs a place for the focus
        tabIndex={0}
        aria-label={`Picture ${image.externalId}: plus and minus zoom, 0 fits, 1 shows actual size, arrows move`}
        aria-keyshortcuts="+ - 0 1 Space"
        className={cn(
          "[container-type:size] absolute inset-0 overflow-hidden outline-offset-[-3px]",
          viewport.isDragging ? "cursor-grabbing" : viewport.isFit ? "cursor-default" : "cursor-grab",
          viewport.isPeeking && "cursor-zoom-in",
        )}
        style={{ touchAction: viewport.isFit && !editing.tool ? "pan-y" : "none" }}
        {...viewport.handlers}
        onClick={(event) => {
          if (!isOnRegion(event) && !viewport.wasDragged() && selectedId && !editing.tool) select(null);
        }}
        onDoubleClick={(event) => {
          if (isOnRegion(event)) return;
          const bounds = event.currentTarget.getBoundingClientRect();
          viewport.toggleActual({ x: event.clientX - bounds.left, y: event.clientY - bounds.top });
        }}
      >
        <div className="absolute" data-stage style={stageStyle(viewport, picture)}>
          <PictureLayers
            base={base}
            name={image.externalId}
            picture={picture}
            placeholder={image.placeholder}
            viewport={viewport}
            brightness={brightness.value}
            isLoaded={isLoaded}
            onLoaded={(shownImage) => {
              if (isLoaded) return;
              setLoaded(true);
              setNatural({ width: shownImage.naturalWidth, height: shownImage.naturalHeight });
              brightness.judge(shownImage);
              onShown?.("shown");
            }}
            onFailed={onFailed}
            onDetail={setDetail}
          />
          <RegionLayer
            regions={shown}
            activeIds={activeIds}
            selectedId={selectedId}
            hoveredId={hoveredId}
            draft={editing.draft}
            penId={Pen && penRegion ? penRegion.id : null}
            height={view ? picture.height * view.scale : (frame?.height ?? 0)}
            hiddenAbove={view ? Math.max(0, -view.y) : 0}
            canEdit={canChange && editing.selected !== null}
            onHover={hover}
            onSelect={select}
          />
          {Pen && (editing.tool || penRegion) ? (
            <Pen
              picture={picture}
              tool={editing.tool}
              region={penRegion && editing.draft ? { ...penRegion, shape: editing.draft.shape } : penRegion}
              onDraw={editing.onDraw}
              onChange={editing.onPenChange}
            />
          ) : null}
        </div>
      </div>
      <p aria-live="polite" className="sr-only">
        {editing.said}
      </p>
      <RegionBar
        editing={editing}
        regions={regions}
        canChange={canChange}
        canDelete={props.onRegionDelete !== undefined}
        hasPenFailed={hasPenFailed}
      />
      <ViewerToolbar
        viewport={viewport}
        brightness={brightness}
        detail={detail}
        boxKey={keymap.box}
        fullAddress={`${base}/full`}
        regions={{
          count: regions.length,
          areHidden,
          onToggle: () => setHidden(!areHidden),
          tool: editing.tool,
          onDraw: props.onRegionCreate ? (tool) => editing.begin(tool, false) : undefined,
          onDrop: editing.drop,
        }}
      />
    </figure>
  );
}

/** Where the picture lies. Before the box is measured the style sheet fits it, so that nothing jumps afterwards. */
function stageStyle({ view, frame }: Viewport, picture: Size): CSSProperties {
  if (!view || !frame) {
    const ratio = picture.width / picture.height;
    return {
      inset: 0,
      margin: "auto",
      width: `min(100cqw, ${100 * ratio}cqh)`,
      height: `min(100cqh, ${100 / ratio}cqw)`,
    };
  }
  const snap = (pixels: number) => Math.round(pixels * frame.dots) / frame.dots;
  return {
    left: 0,
    top: 0,
    width: picture.width * view.scale,
    height: picture.height * view.scale,
    transform: `translate(${snap(view.x)}px, ${snap(view.y)}px)`,
  };
}

function sizeOf(image: ViewedImage): Size | null {
  return image.width && image.height ? { width: image.width, height: image.height } : null;
}

function isOnRegion(event: MouseEvent | KeyboardEvent): boolean {
  return event.target instanceof Element && event.target.closest("[data-region], .viewer-pen") !== null;
}

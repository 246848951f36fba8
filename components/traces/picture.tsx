"use client";

import { Maximize2, Minus, Plus, Scan } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { type ReactZoomPanPinchRef, TransformComponent, TransformWrapper } from "react-zoom-pan-pinch";
import { Button } from "#components/ui/button.tsx";
import { cn } from "#components/ui/cn.ts";

export interface PictureProps {
  projectId: string;
  image: {
    id: string;
    externalId: string;
    isMissing: boolean;
    width: number | null;
    height: number | null;
    placeholder: string | null;
  };
  className?: string;
  /** Told once the picture is on the screen: nothing may be judged before. */
  onShown?: () => void;
}

/** The picture on its mat: fits, zooms to the pointer, pans, and shows its full resolution when asked. */
export function Picture({ projectId, image, className, onShown }: PictureProps) {
  const [isFull, setFull] = useState(false);
  const [hasFailed, setFailed] = useState(false);
  const [isLoaded, setLoaded] = useState(false);
  const controls = useRef<ReactZoomPanPinchRef>(null);
  const onShownRef = useRef(onShown);
  onShownRef.current = onShown;
  const base = `/api/projects/${projectId}/images/${image.id}`;

  // A picture that cannot be shown is known to be missing: that, too, is seen.
  useEffect(() => {
    if (image.isMissing) onShownRef.current?.();
  }, [image.isMissing]);

  if (image.isMissing || hasFailed) {
    return (
      <div
        className={cn("grid place-items-center bg-mat p-8 text-center text-ink-2", className)}
        role="img"
        aria-label="The picture is missing"
      >
        <div>
          <p className="font-medium text-ink">The picture is missing</p>
          <p className="mt-1 max-w-[40ch]">
            {hasFailed
              ? "It could not be loaded. Check the connection and reload the page."
              : `Only the description of ${image.externalId} was imported. Import its file to see it here.`}
          </p>
        </div>
      </div>
    );
  }
  return (
    <figure className={cn("group relative overflow-hidden bg-mat", className)}>
      <TransformWrapper
        ref={controls}
        key={image.id}
        minScale={1}
        maxScale={12}
        wheel={{ step: 0.12 }}
        doubleClick={{ mode: "toggle", step: 1.6 }}
        onZoomStart={() => setFull(true)}
      >
        <TransformComponent wrapperClass="size-full!" contentClass="size-full!">
          {/* biome-ignore lint/performance/noImgElement: the app makes its own derivatives, and asks for the session at each */}
          <img
            src={`${base}/${isFull ? "full" : "view"}`}
            alt={`${image.externalId}`}
            width={image.width ?? undefined}
            height={image.height ?? undefined}
            onLoad={() => {
              setLoaded(true);
              onShown?.();
            }}
            onError={() => {
              setFailed(true);
              onShown?.();
            }}
            draggable={false}
            className="size-full select-none object-contain"
            style={
              image.placeholder && !isLoaded
                ? { background: `url(${image.placeholder}) center / contain no-repeat` }
                : undefined
            }
          />
        </TransformComponent>
      </TransformWrapper>
      <div className="absolute right-2 bottom-2 flex gap-1 rounded-md bg-raised/90 p-0.5 opacity-70 shadow-sm transition-opacity focus-within:opacity-100 group-hover:opacity-100">
        <Button
          variant="ghost"
          size="icon-sm"
          aria-label="Zoom in"
          onClick={() => controls.current?.zoomIn()}
        >
          <Plus />
        </Button>
        <Button
          variant="ghost"
          size="icon-sm"
          aria-label="Zoom out"
          onClick={() => controls.current?.zoomOut()}
        >
          <Minus />
        </Button>
        <Button
          variant="ghost"
          size="icon-sm"
          aria-label="Fit the picture"
          onClick={() => controls.current?.resetTransform()}
        >
          <Scan />
        </Button>
        <Button variant="ghost" size="icon-sm" asChild>
          <a
            href={`${base}/full`}
            target="_blank"
            rel="noreferrer"
            aria-label="Open the picture at full size in a new tab"
          >
            <Maximize2 />
          </a>
        </Button>
      </div>
    </figure>
  );
}

import { ImageOff } from "lucide-react";
import Link from "next/link";
import type { CSSProperties } from "react";
import { formatPlural } from "#components/ui/format.ts";
import type { GalleryImage } from "#lib/images/gallery-queries.ts";
import { imageUrl } from "#lib/images/schema.ts";

export interface GalleryProps {
  projectId: string;
  images: GalleryImage[];
  /** What follows the address of an image: the view from which it was opened. */
  query: string;
}

/** Pictures in rows of one height, each in its own proportions: as many as fit, and none cut but the very long. */
export function Gallery({ projectId, images, query }: GalleryProps) {
  return (
    <ul className="flex flex-wrap gap-x-2 gap-y-4 [--row:7rem] sm:[--row:8.5rem] lg:[--row:9.5rem]">
      {images.map((image, index) => {
        const ratio = shownRatio(image);
        return (
          <li key={image.id} className="min-w-0 max-w-full" style={tileStyle(ratio)}>
            <Link
              href={`/projects/${projectId}/images/${image.id}${query}`}
              className="group block focus-visible:outline-offset-4"
            >
              <span className="relative block overflow-hidden bg-mat" style={pictureStyle(image, ratio)}>
                {image.state === "present" ? (
                  // biome-ignore lint/performance/noImgElement: the app makes its own derivatives, and asks for the session at each
                  <img
                    src={imageUrl(projectId, image.id, "thumb")}
                    alt={image.excerpt}
                    loading={index < 12 ? "eager" : "lazy"}
                    decoding="async"
                    className="absolute inset-0 size-full object-cover transition-opacity group-hover:opacity-90"
                  />
                ) : (
                  <span className="absolute inset-0 grid place-content-center justify-items-center gap-1 p-2 text-center text-ink-2 text-xs">
                    <ImageOff className="size-5" aria-hidden />
                    file missing
                  </span>
                )}
              </span>
              <span className="mt-1 flex flex-wrap items-baseline justify-between gap-x-2 text-xs">
                <span className="max-w-full truncate font-medium text-ink group-hover:underline">
                  {image.externalId}
                </span>
                <Grown image={image} />
              </span>
            </Link>
          </li>
        );
      })}
      {/* Keeps the last row from being stretched over the whole width. */}
      <li aria-hidden className="h-0 grow-[1000000]" />
    </ul>
  );
}

/** What has grown from a picture, in the fewest words. */
function Grown({ image }: { image: GalleryImage }) {
  if (image.questions === 0) {
    return <span className="shrink-0 text-ink-3">{image.state === "present" ? "not run" : ""}</span>;
  }
  const parts = [formatPlural(image.questions, "question")];
  if (image.waiting > 0) parts.push(`${image.waiting} waiting`);
  else if (image.approved > 0) parts.push(`${image.approved} approved`);
  else if (image.traces > 0) parts.push(formatPlural(image.traces, "trace"));
  return <span className="tabular min-w-0 truncate text-ink-3">{parts.join(" · ")}</span>;
}

/** A panorama or a strip would break the rows: past these proportions the thumbnail is cut. */
function shownRatio(image: GalleryImage): number {
  if (!image.width || !image.height) return 1;
  return Math.min(2.6, Math.max(0.6, image.width / image.height));
}

function tileStyle(ratio: number): CSSProperties {
  return { flexGrow: Math.round(ratio * 100), flexBasis: `calc(var(--row) * ${ratio.toFixed(3)})` };
}

function pictureStyle(image: GalleryImage, ratio: number): CSSProperties {
  return {
    aspectRatio: ratio.toFixed(3),
    ...(image.placeholder ? { backgroundImage: `url(${image.placeholder})`, backgroundSize: "cover" } : {}),
  };
}

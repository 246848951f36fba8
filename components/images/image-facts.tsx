import type { ReactNode } from "react";
import { formatBytes } from "#components/ui/format.ts";
import { TimeAgo } from "#components/ui/time.tsx";
import type { ImageDetail } from "#lib/images/queries.ts";

/** What is known of the file: where it comes from, what it is. */
export function ImageFacts({ image }: { image: ImageDetail }) {
  const size = image.width && image.height ? `${image.width} × ${image.height} px` : null;
  const type = image.mime?.replace("image/", "").toUpperCase() ?? null;
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-5 gap-y-1.5 text-sm">
      <Fact label="File">{image.fileName}</Fact>
      {size ? (
        <Fact label="Picture">
          {size}
          {type ? `, ${type}` : ""}
          {image.bytes ? `, ${formatBytes(image.bytes)}` : ""}
        </Fact>
      ) : null}
      {image.split ? <Fact label="Split">{image.split}</Fact> : null}
      {image.source ? <Fact label="Source">{image.source}</Fact> : null}
      {image.licence ? <Fact label="Licence">{image.licence}</Fact> : null}
      {image.sha256 ? (
        <Fact label="SHA-256">
          <code className="break-all font-mono text-xs">{image.sha256}</code>
        </Fact>
      ) : null}
      <Fact label="Imported">
        <TimeAgo at={image.createdAt} />
      </Fact>
    </dl>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-ink-3">{label}</dt>
      <dd className="min-w-0 break-words text-ink-2">{children}</dd>
    </>
  );
}

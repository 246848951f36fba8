import { Page, Skeleton } from "#components/ui/page.tsx";

const TILES = [16, 11, 18, 14, 12, 20, 15, 10, 17, 13, 16, 12];

export default function Loading() {
  return (
    <Page wide>
      <div role="status" aria-label="Loading images">
        <Skeleton className="h-8 w-40" />
        <Skeleton className="mt-2 mb-6 h-4 w-72 max-w-full" />
        <div className="flex flex-wrap gap-2">
          {TILES.map((width, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a fixed list of stand-ins
            <div key={index} className="h-28 grow sm:h-40" style={{ flexBasis: `${width}rem` }}>
              <Skeleton className="size-full" />
            </div>
          ))}
        </div>
      </div>
    </Page>
  );
}

import { Skeleton } from "#components/ui/page.tsx";

/** Stands where an image will be while all that grew from it is read. */
export function ImageLoading() {
  return (
    <div
      role="status"
      aria-label="Loading the image"
      className="lg:grid lg:h-dvh lg:grid-cols-[minmax(0,1.15fr)_minmax(26rem,1fr)]"
    >
      <div className="h-[56dvh] bg-mat lg:h-dvh" />
      <div className="grid content-start gap-3 px-4 py-5 sm:px-8">
        <Skeleton className="h-8 w-56" />
        <Skeleton className="mt-4 h-4 w-full" />
        <Skeleton className="h-4 w-full" />
        <Skeleton className="h-4 w-3/4" />
        <Skeleton className="mt-6 h-40 w-full" />
      </div>
    </div>
  );
}

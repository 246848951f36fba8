import { Page, Skeleton } from "#components/ui/page.tsx";

export default function Loading() {
  return (
    <Page wide>
      <div role="status" aria-label="Loading the runs" className="grid gap-4">
        <Skeleton className="h-8 w-40" />
        <Skeleton className="h-4 w-96 max-w-full" />
        {["a", "b", "c", "d"].map((row) => (
          <Skeleton key={row} className="h-12 w-full" />
        ))}
      </div>
    </Page>
  );
}

import { Page, Skeleton } from "#components/ui/page.tsx";

export default function Loading() {
  return (
    <Page>
      <div role="status" aria-label="Loading" className="grid gap-4">
        <Skeleton className="h-8 w-64" />
        <Skeleton className="h-4 w-96 max-w-full" />
        <Skeleton className="mt-4 h-64 w-full" />
      </div>
    </Page>
  );
}

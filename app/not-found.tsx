import Link from "next/link";
import { Button } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/page.tsx";

export default function NotFound() {
  return (
    <main className="grid min-h-[60dvh] place-items-center">
      <EmptyState
        title="There is nothing at this address"
        action={
          <Button asChild variant="primary">
            <Link href="/projects">To your projects</Link>
          </Button>
        }
      >
        It may have been deleted, or it belongs to a project that you are not a member of. If a colleague sent
        you here, ask them to invite you.
      </EmptyState>
    </main>
  );
}

import Link from "next/link";
import { Button } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/page.tsx";

/** Shown with status 403 to someone who is known but may not do this. */
export default function Forbidden() {
  return (
    <main className="grid min-h-[60dvh] place-items-center">
      <EmptyState
        title="This is not yours to open"
        action={
          <Button asChild variant="primary">
            <Link href="/projects">To your projects</Link>
          </Button>
        }
      >
        Your role does not allow it, or the project is archived and can only be read. One of its owners can
        change that; pages of the server itself are its administrators’.
      </EmptyState>
    </main>
  );
}

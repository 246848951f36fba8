"use client";

import { Button } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/page.tsx";

export default function ErrorPage({
  error,
  reset,
}: {
  error: Error & { digest?: string };
  reset: () => void;
}) {
  return (
    <main className="grid min-h-[60dvh] place-items-center">
      <EmptyState
        title="This page could not be shown"
        action={
          <Button variant="primary" onClick={reset}>
            Try again
          </Button>
        }
      >
        Nothing that you saved is lost. If it happens again, report it
        {error.digest ? (
          <>
            {" "}
            with the id <code className="font-mono text-ink">{error.digest}</code>, which is in the server's
            log
          </>
        ) : null}
        .
      </EmptyState>
    </main>
  );
}

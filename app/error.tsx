"use client";

import { buttonVariants } from "#components/ui/button-look.ts";
import { PlainPage } from "#components/ui/plain-page.tsx";

export default function ErrorPage({
  error,
  reset,
}: {
  error: Error & { digest?: string };
  reset: () => void;
}) {
  return (
    <PlainPage
      title="This page could not be shown"
      action={
        <button
          type="button"
          // A part of the page that could not be fetched is not asked for again, and may be gone with an update.
          onClick={() => (error.name === "ChunkLoadError" ? window.location.reload() : reset())}
          className={buttonVariants({ variant: "primary" })}
        >
          Try again
        </button>
      }
    >
      Nothing that you saved is lost. If it happens again, report it
      {error.digest ? (
        <>
          {" "}
          with the id <code className="font-mono text-ink">{error.digest}</code>, which is in the server's log
        </>
      ) : null}
      .
    </PlainPage>
  );
}

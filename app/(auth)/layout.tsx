import type { Metadata } from "next";
import type { ReactNode } from "react";
import { SecondLook } from "#components/auth/second-look.tsx";
import { Brand } from "#components/shell/brand.tsx";

// The addresses of these pages hold tokens: they are told to no other site and to no search engine.
export const metadata: Metadata = { referrer: "no-referrer", robots: { index: false } };

export default function SignedOutLayout({ children }: { children: ReactNode }) {
  return (
    <div className="grid min-h-dvh lg:grid-cols-[minmax(0,1fr)_minmax(0,1fr)]">
      <main className="flex flex-col px-6 py-6 sm:px-10">
        <Brand />
        <div className="mx-auto my-auto w-full max-w-sm py-12">{children}</div>
      </main>
      <aside
        aria-label="What Second Look is"
        className="hidden border-line border-l bg-sunk lg:grid lg:place-items-center lg:p-12"
      >
        <SecondLook />
      </aside>
    </div>
  );
}

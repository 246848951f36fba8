"use client";

import { signIn } from "next-auth/react";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";

export interface OutsideButtonsProps {
  providers: { id: string; name: string }[];
  callbackUrl: string;
  /** Runs before the browser leaves, e.g. to keep an invitation at hand. */
  prepare?: () => Promise<unknown>;
}

/** One button for each configured outside provider, under a hairline. */
export function OutsideButtons({ providers, callbackUrl, prepare }: OutsideButtonsProps) {
  const [isLeaving, setLeaving] = useState(false);
  if (providers.length === 0) return null;
  const leave = async (id: string) => {
    setLeaving(true);
    await prepare?.();
    await signIn(id, { callbackUrl });
  };
  return (
    <div className="mt-6 grid gap-2 border-line border-t pt-6">
      {providers.map((provider) => (
        <Button key={provider.id} size="lg" disabled={isLeaving} onClick={() => void leave(provider.id)}>
          Continue with {provider.name}
        </Button>
      ))}
    </div>
  );
}

"use client";

import { useRouter } from "next/navigation";
import { useEffect } from "react";

/** Reads the page anew now and then, while something on it goes on and somebody looks at it. */
export function LiveRefresh({ everyMs = 3000 }: { everyMs?: number }) {
  const router = useRouter();
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") router.refresh();
    }, everyMs);
    return () => clearInterval(timer);
  }, [router, everyMs]);
  return null;
}

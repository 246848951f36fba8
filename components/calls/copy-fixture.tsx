"use client";

import { ClipboardCopy } from "lucide-react";
import { Button } from "#components/ui/button.tsx";
import { toast } from "#components/ui/toast.ts";

/** Copies a call as a JSON fixture: request, raw reply, and what was made of it. */
export function CopyFixture({ text }: { text: string }) {
  async function copy() {
    try {
      await navigator.clipboard.writeText(text);
      toast.success("Copied as a test case", {
        description: "Save it as JSON in a test folder and read it with replayFixtureText.",
      });
    } catch {
      toast.error("The browser did not allow copying. Open “The test case” below and copy it from there.");
    }
  }
  return (
    <Button onClick={copy}>
      <ClipboardCopy aria-hidden />
      Use this as a test case
    </Button>
  );
}

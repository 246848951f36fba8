import "server-only";
import { setTimeout as wait } from "node:timers/promises";
import { AppError } from "#lib/errors.ts";
import type { Child } from "#lib/launch/children.ts";

const PATIENCE_MS = 60_000;

/** Waits until the app answers for its health, or the server has ended, or a minute is over. */
export async function waitUntilHealthy(address: string, web: Child): Promise<void> {
  let hasEnded = false;
  void web.ended.then(() => {
    hasEnded = true;
  });
  let last = "no answer";
  const deadline = Date.now() + PATIENCE_MS;
  while (Date.now() < deadline) {
    if (hasEnded) throw new AppError("unavailable", explainEnd((await web.ended).output));
    try {
      const response = await fetch(address, { signal: AbortSignal.timeout(10_000) });
      if (response.ok) return;
      last = `status ${response.status}: ${(await response.text()).slice(0, 200)}`;
    } catch (error) {
      last = error instanceof Error ? error.message : String(error);
    }
    await wait(50);
  }
  throw new AppError("unavailable", `The web server did not get ready within a minute (${last}).`);
}

function explainEnd(output: string): string {
  const port = /EADDRINUSE.*?:(\d+)/.exec(output)?.[1];
  if (port)
    return `Port ${port} was taken by another program meanwhile: start again, or choose another with PORT.`;
  if (/ENOSPC/.test(output)) return "The disk is full: free some space and start again; nothing is lost.";
  return "The web server ended before it was ready; what it said stands above.";
}

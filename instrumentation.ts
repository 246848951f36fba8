/** Runs once when the web server starts, before it answers anything. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const { distrustForwardedFor } = await import("#lib/auth/forwarded.ts");
  const { env } = await import("#lib/env.ts");
  distrustForwardedFor(env().SECOND_LOOK_TRUSTED_PROXIES);
}

import "server-only";
import { verifyPassword } from "#lib/auth/password.ts";
import { db } from "#lib/db/client.ts";

/** How long a worker may be silent before it counts as gone. */
const WORKER_SILENCE_MS = 30_000;

export type Health = { database: "ok" | "unreachable"; worker: "running" | "none" };

/** Whether the server can do its work: asked by the launcher, by load balancers and by people. */
export async function readHealth(now: Date = new Date()): Promise<Health> {
  try {
    const since = new Date(now.getTime() - WORKER_SILENCE_MS);
    const worker = await db().workerHeartbeat.findFirst({
      where: { seenAt: { gte: since } },
      select: { id: true },
    });
    return { database: "ok", worker: worker ? "running" : "none" };
  } catch {
    return { database: "unreachable", worker: "none" };
  }
}

/** A database without a single user is one that nobody has used yet. */
export async function isDatabaseEmpty(): Promise<boolean> {
  return (await db().user.findFirst({ select: { id: true } })) === null;
}

/** Whether this account can still sign in with this password: people change it, and it is no use to print an old one. */
export async function isPasswordOf(email: string, password: string): Promise<boolean> {
  const user = await db().user.findUnique({
    where: { email },
    select: { passwordHash: true, disabledAt: true },
  });
  if (!user?.passwordHash || user.disabledAt) return false;
  return verifyPassword(user.passwordHash, password);
}

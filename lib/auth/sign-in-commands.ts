import "server-only";
import { verifyPassword } from "#lib/auth/password.ts";
import {
  ACCOUNT_POLICY,
  ADDRESS_POLICY,
  afterFailure,
  describeWait,
  secondsToWait,
  type ThrottlePolicy,
  withoutLastFailure,
} from "#lib/auth/throttle.ts";
import { db, type Transaction } from "#lib/db/client.ts";
import { AppError } from "#lib/errors.ts";

export interface SignedIn {
  id: string;
  email: string;
  name: string;
  /** Goes into the session: a later raise of the user's epoch ends it. */
  epoch: number;
}

/**
 * Checks an address and a password. Throws `rate_limited` with the wait, or `forbidden` with a sentence that is the
 * same for a wrong password, an unknown address and a disabled account.
 */
export async function signInWithPassword(
  input: { email: string; password: string; address: string },
  now = new Date(),
): Promise<SignedIn> {
  const email = input.email.trim().toLowerCase();
  await countAttempt(email, input.address, now);
  const user = await db().user.findUnique({ where: { email } });
  const isRight = await verifyPassword(user?.passwordHash ?? null, input.password);
  if (!user || !isRight || user.disabledAt) {
    throw new AppError("forbidden", "The address or the password is wrong, or the account is disabled.");
  }
  await takeAttemptBack(user, input.address);
  return { id: user.id, email: user.email, name: user.name, epoch: user.sessionEpoch };
}

/** Counts a guess at the set-up code by its address; throws `rate_limited` when there were too many. */
export async function countGuess(address: string, now = new Date()): Promise<void> {
  await db().$transaction((tx) => countOne(tx, `guess:${address}`, ADDRESS_POLICY, now));
}

/**
 * Counts a try at the password of whoever is signed in; throws `rate_limited` after too many. Apart from signing in: a
 * session that somebody found open must neither be a way to guess the password nor lock its owner out.
 */
export async function countOwnPasswordTry(userId: string, now = new Date()): Promise<void> {
  await db().$transaction((tx) => countOne(tx, ownPasswordKey(userId), ACCOUNT_POLICY, now));
}

/** An account's failures are forgotten: its password was just proven, or set by someone who may. */
export async function clearAccountThrottle(
  tx: Transaction,
  { id, email }: { id: string; email: string },
): Promise<void> {
  await tx.signInThrottle.deleteMany({ where: { key: { in: [accountKey(email), ownPasswordKey(id)] } } });
}

/**
 * An attempt is counted as a failure before the password is looked at, and taken back when it was right: a hundred
 * attempts at the same moment are a hundred attempts.
 */
async function countAttempt(email: string, address: string, now: Date): Promise<void> {
  await db().$transaction(async (tx) => {
    await countOne(tx, accountKey(email), ACCOUNT_POLICY, now);
    await countOne(tx, addressKey(address), ADDRESS_POLICY, now);
  });
}

async function countOne(tx: Transaction, key: string, policy: ThrottlePolicy, now: Date): Promise<void> {
  await tx.$executeRaw`insert into "SignInThrottle" ("key", "windowStart") values (${key}, ${now}) on conflict do nothing`;
  await tx.$queryRaw`select 1 from "SignInThrottle" where "key" = ${key} for update`;
  const state = await tx.signInThrottle.findUniqueOrThrow({ where: { key } });
  const seconds = secondsToWait(state, now);
  if (seconds > 0) {
    throw new AppError("rate_limited", `Too many tries. Wait ${describeWait(seconds)}, then try again.`, {
      details: { seconds },
    });
  }
  await tx.signInThrottle.update({ where: { key }, data: afterFailure(state, policy, now) });
}

async function takeAttemptBack(user: { id: string; email: string }, address: string): Promise<void> {
  await db().$transaction(async (tx) => {
    await clearAccountThrottle(tx, user);
    const key = addressKey(address);
    await tx.$queryRaw`select 1 from "SignInThrottle" where "key" = ${key} for update`;
    const state = await tx.signInThrottle.findUnique({ where: { key } });
    if (state) await tx.signInThrottle.update({ where: { key }, data: withoutLastFailure(state) });
  });
}

const accountKey = (email: string) => `account:${email.slice(0, 254)}`;
const ownPasswordKey = (userId: string) => `password:${userId}`;
const addressKey = (address: string) => `address:${address}`;

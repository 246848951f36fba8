import "server-only";
import { hash, verify } from "@node-rs/argon2";

/** argon2id (the package's default) with the parameters that OWASP recommends: 19 MiB, 2 passes, 1 lane. */
const OPTIONS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** A hash to be kept; it holds its own salt and parameters. */
export function hashPassword(password: string): Promise<string> {
  return hash(password.normalize("NFKC"), OPTIONS);
}

/**
 * Whether the password is the one that was hashed. Where there is no hash, the same work is done for nothing, so that
 * the time of the answer does not tell which accounts exist.
 */
export async function verifyPassword(passwordHash: string | null, password: string): Promise<boolean> {
  decoy ??= hashPassword("nobody has this password");
  const isRight = await verify(passwordHash ?? (await decoy), password.normalize("NFKC"));
  return isRight && passwordHash !== null;
}

let decoy: Promise<string> | undefined;

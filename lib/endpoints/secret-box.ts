import "server-only";
import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from "node:crypto";
import { env } from "#lib/env.ts";
import { AppError } from "#lib/errors.ts";

/**
 * Encryption of endpoint keys at rest: AES-256-GCM under a key derived from SECOND_LOOK_SECRET_KEY.
 *
 * A sealed text is `v1.<key id>.<nonce>.<tag>.<ciphertext>`, base64url. The key id is a fingerprint of the secret, so
 * that a later release can hold several secrets and seal anew while it reads the old ones. `context` (the project) is
 * authenticated: a sealed text copied to another project does not open.
 */
export function sealSecret(text: string, context: string): string {
  const { key, id } = currentKey();
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  cipher.setAAD(Buffer.from(context, "utf8"));
  const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return ["v1", id, ...[nonce, cipher.getAuthTag(), sealed].map((part) => part.toString("base64url"))].join(
    ".",
  );
}

/** Opens what `sealSecret` made; throws an AppError that says what to do when the secret has changed. */
export function openSecret(sealed: string, context: string): string {
  const { key, id } = currentKey();
  const [version, keyId, nonce, tag, body] = sealed.split(".");
  if (version !== "v1" || nonce === undefined || tag === undefined || body === undefined) throw unreadable();
  if (keyId !== id) throw unreadable();
  try {
    const decipher = createDecipheriv("aes-256-gcm", key, Buffer.from(nonce, "base64url"));
    decipher.setAAD(Buffer.from(context, "utf8"));
    decipher.setAuthTag(Buffer.from(tag, "base64url"));
    return Buffer.concat([decipher.update(Buffer.from(body, "base64url")), decipher.final()]).toString(
      "utf8",
    );
  } catch (cause) {
    throw unreadable(cause);
  }
}

function currentKey(): { key: Buffer; id: string } {
  const secret = env().SECOND_LOOK_SECRET_KEY;
  if (!secret) {
    throw new AppError(
      "unavailable",
      "Endpoint keys cannot be stored or read, because SECOND_LOOK_SECRET_KEY is not set on the server: set it and restart.",
    );
  }
  const key = Buffer.from(hkdfSync("sha256", secret, "second-look", "endpoint-keys-v1", 32));
  return { key, id: createHash("sha256").update("key-id:").update(key).digest("hex").slice(0, 8) };
}

function unreadable(cause?: unknown): AppError {
  return new AppError(
    "unavailable",
    "The endpoint's key was stored under another SECOND_LOOK_SECRET_KEY and cannot be read: enter the key again in the endpoint's settings.",
    { cause },
  );
}

import { createHmac, timingSafeEqual } from "node:crypto";

/** Without letters that are mistaken for digits. */
const ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789";

/**
 * The code that the set-up page asks for: `xxxx-xxxx-xxxx`. It follows from the server's secret, so that the program
 * that prints it and the server that checks it need not talk, and a restart does not change it. About 59 bits.
 */
export function setUpCode(secret: string): string {
  const digest = createHmac("sha256", secret).update("second-look set-up code").digest();
  const letters = Array.from(digest.subarray(0, 12), (byte) => ALPHABET[byte % ALPHABET.length]).join("");
  return `${letters.slice(0, 4)}-${letters.slice(4, 8)}-${letters.slice(8)}`;
}

/** Whether a typed code is the server's; blanks, dashes and case don't matter. */
export function isSetUpCode(typed: string, secret: string): boolean {
  const given = createHmac("sha256", secret).update(plain(typed)).digest();
  const wanted = createHmac("sha256", secret)
    .update(plain(setUpCode(secret)))
    .digest();
  return timingSafeEqual(given, wanted);
}

function plain(code: string): string {
  return code.toLowerCase().replace(/[^a-z0-9]/g, "");
}

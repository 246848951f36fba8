import "server-only";
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { setUpCode } from "#lib/auth/setup-code.ts";
import { env } from "#lib/env.ts";
import { AppError } from "#lib/errors.ts";
import { seedDemo } from "#lib/launch/demo-seed.ts";
import { isDatabaseEmpty, isPasswordOf } from "#lib/launch/queries.ts";

const DEMO_EMAIL = "demo@second-look.example";

const signInSchema = z.object({ email: z.string(), password: z.string(), isSeeded: z.boolean() });
type SignIn = z.infer<typeof signInSchema>;

/**
 * Gives an empty database its demo project, unless SECOND_LOOK_DEMO=0. A seeding that was killed is done again.
 * @returns what to tell the person at the terminal about signing in
 */
export async function prepareFirstSignIn(
  dataDir: string,
  onProgress: (sentence: string) => void,
): Promise<string[]> {
  const file = path.join(dataDir, "demo-sign-in.json");
  const kept = readSignIn(file);
  const isEmpty = await isDatabaseEmpty();
  if (env().SECOND_LOOK_DEMO && (isEmpty || kept?.isSeeded === false)) {
    const signIn = { email: DEMO_EMAIL, password: kept?.password ?? makePassword(), isSeeded: false };
    writeSignIn(file, signIn);
    onProgress("Making the demo project …");
    await seedDemo({ email: signIn.email, password: signIn.password, onProgress });
    writeSignIn(file, { ...signIn, isSeeded: true });
    return tellSignIn(signIn);
  }
  if (isEmpty) {
    const code = setUpCode(env().NEXTAUTH_SECRET ?? "");
    return [`Nobody has an account yet: make the first administrator at /setup with the code ${code}`];
  }
  return kept && (await isPasswordOf(kept.email, kept.password)) ? tellSignIn(kept) : [];
}

function tellSignIn(signIn: SignIn): string[] {
  return [`Sign in to the demo with ${signIn.email} and the password ${signIn.password}`];
}

function readSignIn(file: string): SignIn | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return signInSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    throw new AppError(
      "unavailable",
      `${file} cannot be read: remove it, and the demo's password is no longer printed.`,
      { cause: error },
    );
  }
}

function writeSignIn(file: string, signIn: SignIn): void {
  const aside = `${file}.${randomBytes(4).toString("hex")}`;
  writeFileSync(aside, `${JSON.stringify(signIn, null, 2)}\n`, { mode: 0o600 });
  renameSync(aside, file);
}

/** About 80 bits in letters that are easy to type. */
function makePassword(): string {
  const alphabet = "abcdefghjkmnpqrstuvwxyz23456789";
  const letters = Array.from(randomBytes(16), (byte) => alphabet[byte % alphabet.length]).join("");
  return letters.replace(/(.{4})(?=.)/g, "$1-");
}

import "server-only";
import { randomBytes } from "node:crypto";
import { accountSchema } from "#lib/auth/schema.ts";
import { setUpCode } from "#lib/auth/setup-code.ts";
import { createFirstAdministrator } from "#lib/auth/setup-commands.ts";
import type { Arguments } from "#lib/cli/arguments.ts";
import type { Outcome } from "#lib/cli/output.ts";
import { env } from "#lib/env.ts";
import { AppError } from "#lib/errors.ts";

export async function runSetUpCommand(args: Arguments): Promise<Outcome> {
  const password = randomBytes(15).toString("base64url");
  const email = args.needed("email");
  const account = accountSchema.safeParse({ email, name: args.text("name") ?? email.slice(0, 80), password });
  if (!account.success)
    throw new AppError("bad_input", account.error.issues[0]?.message ?? "Enter an email address.");
  // Whoever can run this on the server's data may read the code there.
  const code = setUpCode(env().NEXTAUTH_SECRET ?? "");
  await createFirstAdministrator({ ...account.data, code, address: "command line" });
  return {
    isGood: true,
    json: { email: account.data.email, password },
    text: `${account.data.email} is the administrator now, with the password ${password}`,
  };
}

import "server-only";
import { recordAudit } from "#lib/audit/commands.ts";
import { hashPassword } from "#lib/auth/password.ts";
import type { NewAccount } from "#lib/auth/schema.ts";
import { isSetUpCode } from "#lib/auth/setup-code.ts";
import { countGuess } from "#lib/auth/sign-in-commands.ts";
import { db } from "#lib/db/client.ts";
import { env } from "#lib/env.ts";
import { AppError } from "#lib/errors.ts";

/**
 * Makes the first administrator of a server that never had a user. Of two that try at once one succeeds; the other,
 * and everyone after, gets `conflict`, even if all users were deleted later.
 */
export async function createFirstAdministrator(
  input: NewAccount & { code: string; address: string },
): Promise<{ userId: string }> {
  const secret = env().NEXTAUTH_SECRET;
  if (!secret)
    throw new AppError("unavailable", "The server has no NEXTAUTH_SECRET. Set it, or start with npm start.");
  // Counted before it is looked at: who has guessed too often learns nothing from a right guess either.
  await countGuess(input.address);
  if (!isSetUpCode(input.code, secret)) {
    throw new AppError(
      "bad_input",
      "This is not the set-up code. It stands in the terminal where the server was started.",
    );
  }
  const passwordHash = await hashPassword(input.password);
  return db().$transaction(async (tx) => {
    await tx.$executeRaw`select pg_advisory_xact_lock(hashtext('second-look set-up'))`;
    const [done, user] = [
      await tx.serverState.findUnique({ where: { key: "setup" } }),
      await tx.user.findFirst({ select: { id: true } }),
    ];
    if (done || user)
      throw new AppError(
        "conflict",
        "This server is already set up. Sign in, or ask an administrator for an invitation.",
      );
    const { id } = await tx.user.create({
      data: { email: input.email, name: input.name, passwordHash, isAdmin: true },
      select: { id: true },
    });
    await tx.serverState.create({ data: { key: "setup", value: { userId: id } } });
    await recordAudit(tx, {
      projectId: null,
      actorId: id,
      action: "server.set_up",
      subjectType: "user",
      subjectId: id,
    });
    return { userId: id };
  });
}

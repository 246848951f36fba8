import "server-only";
import { PrismaPg } from "@prisma/adapter-pg";
import { transactionConnection } from "#lib/db/connection.ts";
import { PrismaClient } from "#lib/db/generated/client.ts";
import { disconnectRaw } from "#lib/db/raw.ts";
import { env } from "#lib/env.ts";
import { AppError } from "#lib/errors.ts";

export type { Prisma } from "#lib/db/generated/client.ts";

/** The client inside `db().$transaction(async (tx) => …)`; commands that can be part of a larger one take it. */
export type Transaction = Omit<
  PrismaClient,
  "$connect" | "$disconnect" | "$on" | "$use" | "$extends" | "$transaction"
>;

const holder = globalThis as typeof globalThis & { secondLookDb?: { url: string; client: PrismaClient } };

/** The one database client of this process, made when it is first asked for (and anew when a test changes the address). */
export function db(): PrismaClient {
  const url = env().DATABASE_URL;
  if (!url)
    throw new AppError(
      "unavailable",
      "There is no database: set DATABASE_URL, or start the app with npm start.",
    );
  if (holder.secondLookDb?.url !== url) {
    const adapter = new PrismaPg({ ...transactionConnection(), max: 20 });
    holder.secondLookDb = { url, client: new PrismaClient({ adapter }) };
  }
  return holder.secondLookDb.client;
}

/** Closes the connections; for processes and tests that are about to end. */
export async function disconnectDb(): Promise<void> {
  const current = holder.secondLookDb;
  holder.secondLookDb = undefined;
  await current?.client.$disconnect();
  await disconnectRaw();
}

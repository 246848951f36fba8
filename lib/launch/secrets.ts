import "server-only";
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { resetEnv } from "#lib/env.ts";
import { AppError } from "#lib/errors.ts";

const schema = z.object({
  NEXTAUTH_SECRET: z.string().min(16),
  SECOND_LOOK_SECRET_KEY: z.string().min(16),
});

/**
 * The secrets that nobody has to choose: made once, kept in the data folder for its owner alone, and put into the
 * environment of this process and its children wherever the environment does not name its own.
 */
export function provideSecrets(dataDir: string): void {
  const kept = readOrMake(path.join(dataDir, "secrets.json"));
  for (const name of ["NEXTAUTH_SECRET", "SECOND_LOOK_SECRET_KEY"] as const) {
    if (!process.env[name]) process.env[name] = kept[name];
  }
  resetEnv();
}

function readOrMake(file: string): z.infer<typeof schema> {
  if (!existsSync(file)) {
    const made = {
      NEXTAUTH_SECRET: randomBytes(32).toString("hex"),
      SECOND_LOOK_SECRET_KEY: randomBytes(32).toString("hex"),
    };
    const aside = `${file}.${randomBytes(4).toString("hex")}`;
    writeFileSync(aside, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600 });
    renameSync(aside, file);
  }
  try {
    return schema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    throw new AppError(
      "unavailable",
      `The secrets in ${file} cannot be read: put the file back from a copy, or remove it (everyone is signed out then, and endpoint keys have to be entered again).`,
      { cause: error },
    );
  }
}

// Fills the empty database that DATABASE_URL names with the demo project, for those who prepare one without starting
// the app: node --conditions=react-server prisma/seed.ts
// `npm start` does the same by itself. A database that has a user is left as it is.

import { applyMigrations } from "#lib/db/migrate.ts";
import { env } from "#lib/env.ts";
import { closeConnections } from "#lib/launch/close.ts";
import { describeStartError } from "#lib/launch/describe.ts";
import { prepareFirstSignIn } from "#lib/launch/first-start.ts";
import { provideSecrets } from "#lib/launch/secrets.ts";

try {
  const { DATABASE_URL, SECOND_LOOK_DATA } = env();
  if (!DATABASE_URL) fail("Name the database in DATABASE_URL, or run npm start, which has one of its own.");
  else await seed(DATABASE_URL, SECOND_LOOK_DATA);
} catch (error) {
  fail(describeStartError(error));
}
// The migrations' engine leaves a ten-second timer behind that would keep the process waiting.
process.exit();

async function seed(databaseUrl: string, dataDir: string): Promise<void> {
  provideSecrets(dataDir);
  await applyMigrations(databaseUrl);
  const lines = await prepareFirstSignIn(dataDir, (sentence) => process.stderr.write(`${sentence}\n`));
  process.stdout.write(lines.map((line) => `${line}\n`).join(""));
  await closeConnections();
}

function fail(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
  process.exitCode = 1;
}

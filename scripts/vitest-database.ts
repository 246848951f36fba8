import { startTestServer } from "#lib/db/test-server.ts";

/** Vitest's global set-up of the project `db`: one PostgreSQL for the run, from which each test file gets a database. */
export default async function setup(): Promise<() => Promise<void>> {
  const server = await startTestServer(process.env.DATABASE_URL);
  process.env.SECOND_LOOK_TEST_TEMPLATE_URL = server.templateUrl;
  process.env.SECOND_LOOK_TEST_FOLDER = server.folder;
  return () => server.stop();
}

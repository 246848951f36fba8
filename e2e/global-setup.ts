import { startApp } from "./app.ts";

/** One app for the whole run; each test has users and projects of its own in it. */
export default async function globalSetup(): Promise<() => Promise<void>> {
  const app = await startApp();
  process.env.SECOND_LOOK_E2E_URL = app.url;
  process.env.SECOND_LOOK_E2E_DATA = app.dataDir;
  return async () => {
    const code = await app.stop();
    if (code !== 0) throw new Error(`the app did not end cleanly (code ${code}):\n${app.output()}`);
  };
}

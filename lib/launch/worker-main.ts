// The background worker as a process: a child of `npm start`, or `npm run worker` on any machine.
import { disconnectDb } from "#lib/db/client.ts";
import { env } from "#lib/env.ts";
import { log } from "#lib/log.ts";
import { startWorker } from "#lib/worker/start.ts";

const concurrency = env().SECOND_LOOK_CONCURRENCY;
const worker = await startWorker(concurrency === undefined ? {} : { concurrency });
process.send?.("ready");

let isStopping = false;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => {
    if (isStopping) return;
    isStopping = true;
    stop().catch((error) => {
      log.error({ err: error }, "the worker did not stop in order");
      process.exit(1);
    });
  });
}

async function stop(): Promise<void> {
  await worker.stop();
  await disconnectDb();
  process.exit(0);
}

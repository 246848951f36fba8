// One task of npm run bench:datasets, in a process of its own: its memory is that of the task. Waits to be told.
import { disconnectDb } from "#lib/db/client.ts";
import { disconnectBoss } from "#lib/queue/boss.ts";
import { runTask, type Task } from "./datasets-tasks.ts";

process.once("message", async (task: Task) => {
  process.send?.(await runTask(task));
  await disconnectBoss();
  await disconnectDb();
  process.disconnect();
});
process.send?.("ready");

import { createHash } from "node:crypto";
import { buffer } from "node:stream/consumers";
import { readParquet } from "parquet-wasm";
import { afterEach, beforeEach, expect, it } from "vitest";
import { parse } from "yaml";
import { exportFolderEntries, exportVersion } from "#lib/datasets/export-commands.ts";
import { WHOLE_PROJECT } from "#lib/datasets/filter-schema.ts";
import {
  DEFAULT_PREFERENCE,
  DEFAULT_STEPS,
  NO_SPLITS,
  SFT_PRESET_OPTIONS,
} from "#lib/datasets/recipe-schema.ts";
import { makeRandomProject } from "#lib/datasets/test-random-project.ts";
import { createDatasetVersion } from "#lib/datasets/version-commands.ts";
import { db } from "#lib/db/client.ts";
import { createTestDatabase } from "#lib/db/test-database.ts";
import { resetEnv } from "#lib/env.ts";
import { connectHub } from "#lib/hub/connection-commands.ts";
import { requestPush } from "#lib/hub/push-commands.ts";
import { listPushes } from "#lib/hub/queries.ts";
import { TestHub } from "#lib/hub/test-hub.ts";
import { makePicture } from "#lib/images/test-pictures.ts";
import { runJobsUntilIdle } from "#lib/queue/jobs.ts";
import { putBytes } from "#lib/storage/storage.ts";
import { registerJobs } from "#lib/worker/jobs.ts";

const database = await createTestDatabase();
const REPO = "my-lab/kites";

let hub: TestHub;

beforeEach(async () => {
  await database.truncate();
  hub = new TestHub();
  process.env.HUB_URL = await hub.start();
  resetEnv();
  registerJobs();
});

afterEach(() => hub.stop());

it("an export as Parquet stands on the Hub as it was made: card, figures, and shards that its metadata name", async () => {
  const { projectId, userId } = await makeRandomProject("a kite");
  const bytes = await makePicture(1);
  await putBytes("kites/1.jpg", bytes);
  await db().image.updateMany({
    where: { projectId, state: "present" },
    data: {
      ...{ storageKey: "kites/1.jpg", mime: "image/jpeg" },
      sha256: createHash("sha256").update(bytes).digest("hex"),
    },
  });
  const { versionId } = await createDatasetVersion({
    ...{ projectId, userId, name: "kites" },
    options: {
      ...{ sft: SFT_PRESET_OPTIONS.everything, preference: DEFAULT_PREFERENCE, steps: DEFAULT_STEPS },
      ...{ splits: NO_SPLITS, filter: WHOLE_PROJECT },
    },
  });
  const { exportId } = await exportVersion({
    ...{ projectId, userId, versionId, format: "parquet", allowSimulated: true },
    options: { images: "training" },
  });

  await connectHub({ projectId, actorId: userId }, hub.token);
  await requestPush({ projectId, userId, exportId, repo: REPO, isPrivate: true });
  await runJobsUntilIdle();

  expect(await listPushes(projectId, versionId)).toMatchObject([{ state: "done" }]);
  const there = hub.repositories.get(REPO)?.files ?? new Map();
  const folder = await exportFolderEntries(exportId);
  expect([...there.keys()].sort()).toEqual(folder.entries.map(({ path }) => path).sort());
  for (const entry of folder.entries)
    expect(hub.contentOf(REPO, entry.path)?.equals(await buffer(await entry.open())), entry.path).toBe(true);
  await folder.close();

  // Whoever loads it goes by the card: its patterns find shards, which hold as many rows as the manifest says.
  const card = hub.contentOf(REPO, "README.md")?.toString() ?? "";
  const metadata = parse(/^---\n([\s\S]*?)\n---\n/u.exec(card)?.[1] ?? "", { version: "1.1" }) as {
    configs: { config_name: string; data_files: { path: string | string[] }[] }[];
  };
  const manifest = JSON.parse(hub.contentOf(REPO, "manifest.json")?.toString() ?? "") as {
    written: { rows: Record<string, number> };
  };
  expect(metadata.configs.map(({ config_name }) => config_name)).toEqual(["sft", "preference", "steps"]);
  for (const { config_name, data_files } of metadata.configs)
    for (const { path } of data_files) {
      const patterns = [path].flat().map((one) => new RegExp(`^${one.replace("*", "[^/]*")}$`, "u"));
      const shards = [...there.keys()].filter((name) => patterns.some((pattern) => pattern.test(name)));
      const rows = shards.reduce(
        (sum, name) =>
          sum +
          readParquet(hub.contentOf(REPO, name) ?? new Uint8Array())
            .recordBatches()
            .reduce((all, batch) => all + batch.numRows, 0),
        0,
      );
      const said = shards.reduce((sum, name) => sum + (manifest.written.rows[name] ?? Number.NaN), 0);
      expect(rows, config_name).toBe(said);
      expect(rows).toBeGreaterThan(0);
    }
  for (const [, figure = ""] of card.matchAll(/\]\((card\/[\w-]+\.svg)\)/gu))
    expect(hub.contentOf(REPO, figure)?.toString()).toContain("<svg");
});

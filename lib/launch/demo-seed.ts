import "server-only";
import { copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { hashPassword } from "#lib/auth/password.ts";
import { db } from "#lib/db/client.ts";
import { AppError } from "#lib/errors.ts";
import { startRun } from "#lib/generation/run-commands.ts";
import { importImages } from "#lib/images/import-commands.ts";
import {
  DEMO_PHOTO_LICENCE,
  DEMO_PHOTOS,
  DEMO_PHOTOS_RUN,
  describePhotoSource,
} from "#lib/launch/demo-photos.ts";
import { judgeDemo } from "#lib/launch/demo-verdicts.ts";
import { createProject } from "#lib/projects/commands.ts";
import { playbackImages } from "#lib/simulator/playback/images/all.ts";
import { startWorker } from "#lib/worker/start.ts";
import { runUntilDone } from "#lib/worker/until-done.ts";

export type DemoSeedOptions = { email: string; password: string; onProgress?(sentence: string): void };

export const DEMO_PROJECT = "Demo photographs";
const REVIEWER_EMAIL = "robin@second-look.example";
const RUN_NAME = "Demo run";
/** The same on every machine: the demo's texts are the same everywhere. */
const RUN_SEED = "demo";

/**
 * Makes the demo: its owner and a reviewer, nine photographs with dense descriptions, a finished run on six of them
 * against the simulator, and some verdicts. All of it goes through the commands that people use.
 *
 * Each step looks for what is there already, so a seeding that was killed is finished by the next one.
 */
export async function seedDemo({ email, password, onProgress = () => {} }: DemoSeedOptions): Promise<void> {
  const owner = await findOrMakeUser(email, "Demo Owner", {
    isAdmin: true,
    passwordHash: await hashPassword(password),
  });
  const reviewer = await findOrMakeUser(REVIEWER_EMAIL, "Robin Reviewer", {});
  const project =
    (await db().project.findFirst({ where: { isDemo: true } })) ??
    (await createProject(owner.id, {
      name: DEMO_PROJECT,
      description:
        "Nine photographs in the public domain. The models are simulated: what they say about these pictures was written by hand; where a run asks for more than was written, a rule makes the rest.",
      isDemo: true,
    }));
  await db().membership.upsert({
    where: { projectId_userId: { projectId: project.id, userId: reviewer.id } },
    create: { projectId: project.id, userId: reviewer.id, role: "reviewer" },
    update: {},
  });

  onProgress("Importing nine photographs …");
  await importPhotos(project.id, owner.id);
  onProgress("Running the three stages on six of them …");
  await runStages(project.id, owner.id);
  await judgeDemo({ projectId: project.id, ownerId: owner.id, reviewerId: reviewer.id });
}

async function findOrMakeUser(
  email: string,
  name: string,
  more: { isAdmin?: boolean; passwordHash?: string },
) {
  return db().user.upsert({
    where: { email },
    create: { email, name, isDemo: true, ...more },
    update: more.passwordHash ? { passwordHash: more.passwordHash } : {},
  });
}

/** Lays the packages' pictures and a captions table side by side and imports them like anybody's. */
async function importPhotos(projectId: string, userId: string): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), "second-look-demo-"));
  try {
    const images = path.join(folder, "images");
    await mkdir(images);
    const require = createRequire(import.meta.url);
    const rows: string[] = [];
    for (const photo of DEMO_PHOTOS) {
      const { name, packageName } = photo;
      const written = playbackImages.find((image) => image.name === name);
      if (!written) throw new Error(`no replies were written for the photograph ${name}`);
      const file = `${name}.jpg`;
      await copyFile(
        path.join(path.dirname(require.resolve(`${packageName}/package.json`)), "data/image.jpg"),
        path.join(images, file),
      );
      rows.push(
        JSON.stringify({
          example_id: name,
          image_file: file,
          description: written.description,
          split: "train",
          source: describePhotoSource(photo),
          licence: DEMO_PHOTO_LICENCE,
        }),
      );
    }
    const captions = path.join(folder, "photographs.jsonl");
    await writeFile(captions, `${rows.join("\n")}\n`);
    const report = await importImages({ projectId, userId, source: { kind: "folder", captions, images } });
    if (report.rejected > 0) {
      const problem = await db().importProblem.findFirst({ where: { importId: report.importId } });
      throw new AppError(
        "internal",
        `The demo's photographs could not all be imported: ${problem?.message ?? "no reason is known"}`,
      );
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function runStages(projectId: string, userId: string): Promise<void> {
  const wanted = DEMO_PHOTOS.slice(0, DEMO_PHOTOS_RUN).map(({ name }) => name);
  const images = await db().image.findMany({
    where: { projectId, externalId: { in: wanted } },
    select: { id: true },
  });
  const existing = await db().run.findFirst({ where: { projectId, name: RUN_NAME } });
  const runId =
    existing?.id ??
    (
      await startRun({
        projectId,
        userId,
        config: {
          name: RUN_NAME,
          stages: [1, 2, 3],
          images: { kind: "selected", imageIds: images.map(({ id }) => id) },
          simpleSamples: 3,
          longSamples: 1,
          seed: RUN_SEED,
        },
      })
    ).runId;
  // One call at a time and in order, so that the samples of a question get the same texts on every machine.
  const worker = await startWorker({ concurrency: 1 });
  const summary = await runUntilDone(runId).finally(() => worker.stop());
  if (summary.state !== "done") {
    throw new AppError(
      "internal",
      `The demo's run came to rest as “${summary.state}”: ${summary.reason ?? "no reason is known"}`,
    );
  }
}

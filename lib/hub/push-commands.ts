import "server-only";
import { openAsBlob } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { recordAudit } from "#lib/audit/commands.ts";
import { unpackExport } from "#lib/datasets/export-commands.ts";
import { withdrawalOf, withdrawnSentence } from "#lib/datasets/withdrawal.ts";
import { db } from "#lib/db/client.ts";
import { AppError } from "#lib/errors.ts";
import { openHubToken } from "#lib/hub/connection-commands.ts";
import {
  commitFiles,
  ensureRepository,
  type HubAccess,
  isPublicRepository,
  listRepository,
  readRefs,
  readRepositoryFile,
  tagRepository,
} from "#lib/hub/hub-client.ts";
import { nameFiles } from "#lib/hub/local-files.ts";
import { planPush } from "#lib/hub/push-plan.ts";
import type { PushProgress } from "#lib/hub/schema.ts";
import { chooseTag, tagOf } from "#lib/hub/tags.ts";
import { describeError } from "#lib/log.ts";
import { enqueueJob } from "#lib/queue/jobs.ts";
import { temporaryPath } from "#lib/storage/storage.ts";

export const PUSH_JOB = "hub-push";

export interface PushRequest {
  projectId: string;
  userId: string;
  exportId: string;
  repo: string;
  isPrivate: boolean;
}

/**
 * Asks for a finished export to be pushed to a dataset repository, and returns the push's id. While one of the same
 * export to the same repository is under way, that one is given back.
 *
 * @throws AppError `not_found` for another project's export; `conflict` where it is not finished, its version was
 *   withdrawn, or another push to the repository is under way.
 */
export async function requestPush(request: PushRequest): Promise<{ pushId: string }> {
  const { projectId, exportId, repo } = request;
  return db().$transaction(async (tx) => {
    const found = await tx.export.findFirst({
      where: { id: exportId, projectId },
      include: { version: true },
    });
    if (!found) throw new AppError("not_found", "There is no such export in this project.");
    if (found.state !== "done" || !found.storageKey)
      throw new AppError("conflict", "This export is not finished. Wait for it, then push it.");
    const withdrawn = withdrawalOf(found.version);
    if (withdrawn) throw new AppError("conflict", withdrawnSentence("can't be pushed any more", withdrawn));
    if ((await tx.hubConnection.count({ where: { projectId } })) === 0)
      throw new AppError("conflict", "This project has no token of the Hub. Enter one first.");
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`hub ${repo.toLowerCase()}`}, 0))`;
    // Over all projects: two that send at once would take away each other's files.
    const busy = await tx.hubPush.findFirst({
      where: { repo: { equals: repo, mode: "insensitive" }, state: { in: ["waiting", "working"] } },
    });
    if (busy?.exportId === exportId) return { pushId: busy.id };
    if (busy)
      throw new AppError(
        "conflict",
        busy.projectId === projectId
          ? `Another export is on its way to ${repo}. Wait for it, or stop it.`
          : `Something else on this server is on its way to ${repo} at this moment. Wait until it is there, then push again; or choose another repository.`,
      );
    const push = await tx.hubPush.create({
      data: { projectId, exportId, repo, isPrivate: request.isPrivate, createdById: request.userId },
    });
    await recordAudit(tx, {
      projectId,
      actorId: request.userId,
      action: "dataset.pushed",
      subjectType: "hub-push",
      subjectId: push.id,
      data: { exportId, repo, isPrivate: request.isPrivate },
    });
    await enqueueJob(tx, PUSH_JOB, { pushId: push.id }, { key: push.id });
    return { pushId: push.id };
  });
}

/** Stops a push that is under way. What has arrived stays at the Hub; pushing again goes on from there. */
export async function stopPush(projectId: string, pushId: string): Promise<void> {
  const { count } = await db().hubPush.updateMany({
    where: { id: pushId, projectId, state: { in: ["waiting", "working"] } },
    data: {
      state: "failed",
      error: "Stopped. What has arrived there stays; push again to go on.",
      endedAt: new Date(),
    },
  });
  if (count === 0) throw new AppError("conflict", "This push is not under way any more.");
}

/**
 * Pushes: makes the repository where there is none, sends what it lacks, takes away what an earlier push had put there
 * and this export has no more, and tags the state with the version. Repeating it goes on where it was.
 */
export async function makePush(pushId: string, context: { signal?: AbortSignal } = {}): Promise<void> {
  const push = await db().hubPush.findUnique({
    where: { id: pushId },
    include: { export: { include: { version: { include: { dataset: true } } } } },
  });
  if (!push) throw new AppError("not_found", "This push is no longer there.");
  if (push.state === "done" || push.state === "failed") return;
  const { version } = push.export;
  const withdrawn = withdrawalOf(version);
  if (withdrawn) throw new AppError("bad_input", withdrawnSentence("can't be pushed any more", withdrawn));

  const stopped = new AbortController();
  const signal = context.signal ? AbortSignal.any([context.signal, stopped.signal]) : stopped.signal;
  const access: HubAccess = { token: await openHubToken(push.projectId), repo: push.repo, signal };
  const folder = await temporaryPath();
  const reporter = new ProgressReporter(pushId, stopped);
  try {
    await mkdir(folder, { recursive: true });
    const files = await nameFiles(folder, await unpackExport(push.exportId, folder));
    const isNew = await ensureRepository(access, push.isPrivate);
    if (!isNew && push.isPrivate && (await isPublicRepository(access)))
      throw new AppError(
        "bad_input",
        `${push.repo} is there already, and everybody can see it: nothing was sent. Choose another repository, or say that everybody may see this.`,
      );
    const earlier = pathsOfManifest(await readRepositoryFile(access, "manifest.json"));
    const plan = planPush(files, await listRepository(access), earlier);
    reporter.begin(files, plan.unchanged);
    await reporter.save();

    const title = `${version.dataset.name}, version ${version.number}`;
    let commitUrl: string | null = null;
    for (const [place, commit] of plan.commits.entries()) {
      const upload = await Promise.all(
        commit.upload.map(async (file) => ({
          path: file.path,
          content: await openAsBlob(path.join(folder, file.path)),
        })),
      );
      const part = plan.commits.length > 1 ? ` (part ${place + 1} of ${plan.commits.length})` : "";
      commitUrl = await commitFiles(access, { title: title + part, upload, remove: commit.remove }, (file) =>
        reporter.arrived(file),
      );
      for (const file of commit.upload) reporter.arrived(file.path);
      await reporter.save();
    }
    const tag = await nameState(access, tagOf({ name: version.dataset.name, number: version.number }));
    const { count } = await db().hubPush.updateMany({
      where: { id: pushId, state: "working" },
      data: { state: "done", error: null, commitUrl, tag, endedAt: new Date() },
    });
    if (count === 0) throw new StoppedError();
  } catch (error) {
    // A person stopped it: that is written down already, and there is nothing to try again.
    if (error instanceof StoppedError || stopped.signal.aborted) return;
    throw error;
  } finally {
    await reporter.end();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Leaves the reason where a person looks for it. */
export async function failPush(pushId: string, error: unknown): Promise<void> {
  await db().hubPush.updateMany({
    where: { id: pushId, state: { in: ["waiting", "working"] } },
    data: { state: "failed", error: describeError(error, { pushId }), endedAt: new Date() },
  });
}

class StoppedError extends Error {}

/** Writes down how far a push is about every second, and notices when a person has stopped it. */
class ProgressReporter {
  private readonly sizes = new Map<string, number>();
  private readonly done = new Set<string>();
  private readonly timer: NodeJS.Timeout;
  private saving: Promise<void> = Promise.resolve();
  private readonly pushId: string;
  private readonly stopped: AbortController;

  constructor(pushId: string, stopped: AbortController) {
    this.pushId = pushId;
    this.stopped = stopped;
    this.timer = setInterval(() => {
      // A failure shows where the push itself next writes.
      this.saving = this.saving.then(() => this.save()).catch(() => {});
    }, 1_000);
    this.timer.unref();
  }

  begin(files: readonly { path: string; bytes: number }[], there: readonly { path: string }[]): void {
    for (const { path: name, bytes } of files) this.sizes.set(name, bytes);
    for (const { path: name } of there) this.done.add(name);
  }

  arrived(name: string): void {
    if (this.sizes.has(name)) this.done.add(name);
  }

  async save(): Promise<void> {
    const { count } = await db().hubPush.updateMany({
      where: { id: this.pushId, state: { in: ["waiting", "working"] } },
      data: { state: "working", progress: { ...this.progress() } },
    });
    if (count === 0) this.stopped.abort(new StoppedError());
    this.stopped.signal.throwIfAborted();
  }

  async end(): Promise<void> {
    clearInterval(this.timer);
    await this.saving;
  }

  private progress(): PushProgress {
    let bytesDone = 0;
    for (const name of this.done) bytesDone += this.sizes.get(name) ?? 0;
    let bytesTotal = 0;
    for (const bytes of this.sizes.values()) bytesTotal += bytes;
    return { filesDone: this.done.size, filesTotal: this.sizes.size, bytesDone, bytesTotal };
  }
}

const manifestSchema = z.object({ files: z.record(z.string(), z.unknown()) });

/** What the push before put into the repository, by the manifest that it left there; nothing where none can be read. */
function pathsOfManifest(text: string | null): string[] {
  if (text === null) return [];
  try {
    const parsed = manifestSchema.safeParse(JSON.parse(text));
    return parsed.success ? Object.keys(parsed.data.files) : [];
  } catch {
    return [];
  }
}

/** Tags what the main branch holds now, and says by which name. A tag that is there stays where it is. */
async function nameState(access: HubAccess, own: string): Promise<string> {
  for (let turn = 0; turn < MOST_TAG_TURNS; turn += 1) {
    const { head, tags } = await readRefs(access);
    const { name, isThere } = chooseTag(own, head, tags);
    // Taken between the two requests: look again.
    if (isThere || (await tagRepository(access, name, head))) return name;
  }
  throw new AppError(
    "unavailable",
    `The files have arrived in ${access.repo}, but the tag ${own} was refused again and again. Push again to go on.`,
  );
}

const MOST_TAG_TURNS = 5;

import "server-only";
import { commitIter, createRepo, HubApiError, listFiles, whoAmI } from "@huggingface/hub";
import { z } from "zod";
import { env } from "#lib/env.ts";
import { AppError } from "#lib/errors.ts";
import type { RemoteFile } from "#lib/hub/push-plan.ts";
import type { RemoteTag } from "#lib/hub/tags.ts";

/**
 * The Hugging Face Hub as far as a push needs it, by its own client. Large files go by Git LFS, which every Hub speaks;
 * what it has already is not sent twice. Failures come as `AppError` with a sentence that names no secret: `bad_input`
 * where trying again is no use, `unavailable` where it may be.
 */
export interface HubAccess {
  token: string;
  /** owner/name */
  repo: string;
  signal?: AbortSignal;
}

/** The account that a token belongs to, and whether it may write. */
export async function readAccount(token: string): Promise<{ name: string; canWrite: boolean }> {
  return attempt("the token", async () => {
    const { name, auth } = await whoAmI({ accessToken: token, hubUrl: env().HUB_URL });
    // Fine-grained tokens list their rights by repository: what they lack shows when it is needed.
    const role: string | undefined = auth?.accessToken?.role;
    return { name, canWrite: role !== "read" };
  });
}

/** Makes the dataset repository where there is none, and says whether it did. */
export async function ensureRepository(access: HubAccess, isPrivate: boolean): Promise<boolean> {
  return attempt(access.repo, async () => {
    try {
      await createRepo({ ...basics(access), visibility: isPrivate ? "private" : "public" });
      return true;
    } catch (error) {
      if (error instanceof HubApiError && error.statusCode === 409) return false;
      throw error;
    }
  });
}

/** Whether everybody can see a repository that is there. */
export async function isPublicRepository(access: HubAccess): Promise<boolean> {
  return attempt(access.repo, async () => {
    const response = await fetch(`${env().HUB_URL}/api/datasets/${access.repo}`, {
      headers: { authorization: `Bearer ${access.token}` },
      ...(access.signal ? { signal: access.signal } : {}),
    });
    if (!response.ok) throw new HubApiError(response.url, response.status);
    return repositorySchema.parse(await response.json()).private === false;
  });
}

const repositorySchema = z.object({ private: z.boolean().optional() });

/** Every file of the repository's main branch. */
export async function listRepository(access: HubAccess): Promise<RemoteFile[]> {
  return attempt(access.repo, async () => {
    const files: RemoteFile[] = [];
    for await (const { type, path, oid, lfs } of listFiles({ ...basics(access), recursive: true }))
      if (type === "file") files.push({ path, oid, lfs });
    return files;
  });
}

/** The text of one small file, or null where there is none. */
export async function readRepositoryFile(access: HubAccess, path: string): Promise<string | null> {
  return attempt(access.repo, async () => {
    const response = await fetch(`${env().HUB_URL}/datasets/${access.repo}/resolve/main/${path}`, {
      headers: { authorization: `Bearer ${access.token}` },
      ...(access.signal ? { signal: access.signal } : {}),
    });
    if (response.status === 404) return null;
    if (!response.ok) throw new HubApiError(response.url, response.status);
    return response.text();
  });
}

/** One commit to the main branch. `onUploaded` hears of each file that the Hub has taken. Returns its address. */
export async function commitFiles(
  access: HubAccess,
  commit: { title: string; upload: { path: string; content: Blob }[]; remove: string[] },
  onUploaded: (path: string) => void = () => {},
): Promise<string> {
  return attempt(access.repo, async () => {
    const steps = commitIter({
      ...basics(access),
      title: commit.title,
      useXet: false,
      ...(access.signal ? { abortSignal: access.signal } : {}),
      operations: [
        ...commit.upload.map((file) => ({ operation: "addOrUpdate" as const, ...file })),
        ...commit.remove.map((path) => ({ operation: "delete" as const, path })),
      ],
    });
    for (;;) {
      const step = await steps.next();
      if (step.done) {
        if (!step.value) throw new AppError("unavailable", "The Hub answered a commit without naming it.");
        return step.value.commit.url;
      }
      const { value } = step;
      if (value.event === "fileProgress" && value.state === "uploading" && value.progress === 1)
        onUploaded(value.path);
    }
  });
}

/** What the main branch points at, and every tag with the commit that it names. */
export async function readRefs(access: HubAccess): Promise<{ head: string; tags: RemoteTag[] }> {
  return attempt(access.repo, async () => {
    const response = await fetch(`${env().HUB_URL}/api/datasets/${access.repo}/refs`, {
      headers: { authorization: `Bearer ${access.token}` },
      ...(access.signal ? { signal: access.signal } : {}),
    });
    if (!response.ok) throw new HubApiError(response.url, response.status);
    const { branches, tags } = refsSchema.parse(await response.json());
    return {
      head: branches.find(({ name }) => name === "main")?.commit ?? "",
      tags,
    };
  });
}

const refSchema = z
  .object({ name: z.string(), targetCommit: z.string() })
  .transform(({ name, targetCommit }) => ({ name, commit: targetCommit }));
const refsSchema = z.object({ branches: z.array(refSchema), tags: z.array(refSchema).default([]) });

/**
 * Names a state of the repository; false where the name is taken. Without a message, so that the tag names the commit
 * itself and no object of its own: it can be compared with the branch then.
 */
export async function tagRepository(access: HubAccess, tag: string, commit: string): Promise<boolean> {
  return attempt(access.repo, async () => {
    const response = await fetch(
      `${env().HUB_URL}/api/datasets/${access.repo}/tag/${encodeURIComponent(commit)}`,
      {
        method: "POST",
        headers: { authorization: `Bearer ${access.token}`, "content-type": "application/json" },
        body: JSON.stringify({ tag }),
        ...(access.signal ? { signal: access.signal } : {}),
      },
    );
    if (response.status === 409) return false;
    if (!response.ok) throw new HubApiError(response.url, response.status);
    return true;
  });
}

function basics({ token, repo }: HubAccess) {
  return { accessToken: token, hubUrl: env().HUB_URL, repo: { type: "dataset" as const, name: repo } };
}

async function attempt<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw hubError(error, what);
  }
}

/** What went wrong at the Hub as a sentence for people. Addresses stay out of it: those of storage are signed. */
function hubError(error: unknown, what: string): Error {
  if (error instanceof AppError || (error instanceof Error && error.name === "AbortError")) return error;
  if (!(error instanceof HubApiError)) {
    return new AppError(
      "unavailable",
      "The Hub could not be reached, or broke off. What has arrived there stays; push again to go on.",
      { cause: error },
    );
  }
  const { statusCode, requestId } = error;
  const cause = new Error(`the Hub answered ${statusCode}${requestId ? `, request ${requestId}` : ""}`);
  if (statusCode === 429 || statusCode >= 500) {
    return new AppError(
      "unavailable",
      `The Hub is busy or failing (status ${statusCode}). What has arrived there stays; push again to go on.`,
      { cause },
    );
  }
  return new AppError("bad_input", REFUSALS[statusCode]?.(what) ?? refused(statusCode), { cause });
}

const REFUSALS: Record<number, (what: string) => string> = {
  401: () => "The Hub does not accept the project's token. Enter a new one.",
  403: (what) =>
    `The project's token may not write to ${what}. Use a token with the right to write there, or another repository.`,
  404: (what) => `The Hub knows no ${what} that this token may see.`,
};

function refused(statusCode: number): string {
  return `The Hub refused (status ${statusCode}). Check the repository's name, its quota and its rules.`;
}

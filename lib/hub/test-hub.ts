import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { z } from "zod";

/**
 * A server on this machine that speaks the Hub's protocol as far as a push needs it, for tests: repositories, commits
 * as NDJSON, Git LFS with whole and multipart uploads, listings by page, tags. It can be told to misbehave.
 * Source: the requests of huggingface_hub and @huggingface/hub, and the Git LFS batch API.
 */
export class TestHub {
  readonly token = "hf_a_token_that_writes";
  role: "write" | "read" = "write";
  readonly repositories = new Map<string, Repository>();
  /** Content by its SHA-256. */
  readonly objects = new Map<string, Buffer>();
  /** Method and path of everything that was asked, in order. */
  readonly requests: string[] = [];
  private readonly parts = new Map<string, Map<number, Buffer>>();
  private readonly faults: { matches: RegExp; before: number; left: number; kind: Fault }[] = [];
  private readonly server = createServer((request, response) => {
    this.answer(request, response).catch(() => response.destroy());
  });

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    return this.url;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** So many requests whose `METHOD /path` matches go wrong, after so many that don't: with a status, a cut connection, or silence. */
  misbehave(matches: RegExp, kind: Fault, times = 1, after = 0): void {
    this.faults.push({ matches, before: after, left: times, kind });
  }

  /** The content of a file of a repository, through its pointer where it is a large one. */
  contentOf(repo: string, path: string): Buffer | undefined {
    const entry = this.repositories.get(repo)?.files.get(path);
    return entry && ("sha256" in entry ? this.objects.get(entry.sha256) : entry.content);
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", this.url);
    const asked = `${request.method} ${url.pathname}`;
    this.requests.push(asked);
    const fault = this.faults.find(({ matches, left }) => left > 0 && matches.test(asked));
    if (fault && fault.before > 0) fault.before -= 1;
    else if (fault) {
      fault.left -= 1;
      if (fault.kind === "hang") return;
      if (fault.kind === "drop") {
        request.once("data", () => request.destroy());
        setTimeout(() => request.destroy(), 20);
        return;
      }
      return send(response, { status: fault.kind, value: { error: `told to answer ${fault.kind}` } });
    }
    const body = await readBody(request);
    const answered = this.handle(asked, url, request.headers.authorization, body);
    send(response, answered);
  }

  private handle(asked: string, url: URL, authorization: string | undefined, body: Buffer): Answer {
    if (url.pathname.startsWith("/storage/")) return this.store(url.pathname, asked.startsWith("PUT"), body);
    if (authorization !== `Bearer ${this.token}`) return failed(401, "Invalid credentials");
    if (asked === "GET /api/whoami-v2") {
      const accessToken = { displayName: "t", role: this.role, createdAt: "2026-01-01" };
      return ok({ type: "user", id: "1", name: "my-lab", auth: { type: "access_token", accessToken } });
    }
    if (asked === "POST /api/repos/create") return this.create(body);
    const named = /^GET \/api\/datasets\/([^/]+\/[^/]+)$/.exec(asked)?.[1] ?? "";
    const described = this.repositories.get(named);
    if (described) return ok({ id: named, private: described.isPrivate });
    const found = /^\/(?:api\/)?datasets\/([^/]+\/[^/]+?)(?:\.git)?\/(.*)$/.exec(url.pathname);
    const [, repo = "", rest = ""] = found ?? [];
    const repository = this.repositories.get(repo);
    if (!repository) return failed(404, "Repository not found");
    if (rest === "tree/main") return list(repository, url);
    if (rest === "preupload/main") return preupload(body);
    if (rest === "info/lfs/objects/batch") return this.batch(body);
    if (rest === "commit/main") return this.commit(repo, repository, body);
    if (rest === "refs") return refs(repository);
    if (rest.startsWith("tag/")) return tag(repository, rest.slice("tag/".length), body);
    const content = this.contentOf(repo, rest.slice("resolve/main/".length));
    return content ? { status: 200, value: content } : failed(404, "Entry not found");
  }

  private create(body: Buffer): Answer {
    const { name, organization, visibility, type } = createSchema.parse(JSON.parse(body.toString()));
    const repo = `${organization}/${name}`;
    if (type !== "dataset") return failed(400, "Only datasets here");
    if (this.repositories.has(repo)) return failed(409, "You already created this repo");
    this.repositories.set(repo, {
      isPrivate: visibility === "private",
      files: new Map(),
      commits: [],
      tags: [],
    });
    return ok({ url: `${this.url}/datasets/${repo}`, id: repo });
  }

  private batch(body: Buffer): Answer {
    const { objects } = batchSchema.parse(JSON.parse(body.toString()));
    return ok({
      transfer: "basic",
      objects: objects.map(({ oid, size }) => {
        if (this.objects.has(oid)) return { oid, size };
        const href = `${this.url}/storage/${oid}`;
        if (size <= MULTIPART_FROM) return { oid, size, actions: { upload: { href } } };
        const count = Math.ceil(size / PART_BYTES);
        const names = Array.from({ length: count }, (_, index) => String(index + 1).padStart(5, "0"));
        const header = Object.fromEntries(names.map((name) => [name, `${href}/${Number(name)}`]));
        return {
          oid,
          size,
          actions: {
            upload: { href: `${href}/complete`, header: { chunk_size: String(PART_BYTES), ...header } },
          },
        };
      }),
    });
  }

  private store(path: string, isPut: boolean, body: Buffer): Answer {
    const [, , oid = "", part] = path.split("/");
    if (part !== undefined && isPut) {
      const parts = this.parts.get(oid) ?? new Map<number, Buffer>();
      this.parts.set(oid, parts.set(Number(part), body));
      return { status: 200, value: {}, headers: { etag: `"${part}"` } };
    }
    const parts = [...(this.parts.get(oid) ?? [])].sort(([left], [right]) => left - right);
    const content = part === "complete" ? Buffer.concat(parts.map(([, bytes]) => bytes)) : body;
    if (createHash("sha256").update(content).digest("hex") !== oid)
      return failed(400, "content and name differ");
    this.objects.set(oid, content);
    return ok({});
  }

  private commit(repo: string, repository: Repository, body: Buffer): Answer {
    const lines = body
      .toString()
      .split("\n")
      .map((line) => commitLineSchema.parse(JSON.parse(line)));
    const lost = lines.find((line) => line.key === "lfsFile" && !this.objects.has(line.value.oid));
    if (lost) return failed(400, "a large file was never uploaded");
    for (const line of lines) {
      if (line.key === "header") repository.commits.push(line.value.summary);
      if (line.key === "file")
        repository.files.set(line.value.path, { content: Buffer.from(line.value.content, "base64") });
      if (line.key === "lfsFile")
        repository.files.set(line.value.path, { sha256: line.value.oid, size: line.value.size });
      if (line.key === "deletedFile") repository.files.delete(line.value.path);
    }
    const oid = String(repository.commits.length).padStart(40, "0");
    return ok({
      success: true,
      commitOid: oid,
      commitUrl: `${this.url}/datasets/${repo}/commit/${oid}`,
    });
  }
}

type Fault = number | "drop" | "hang";

interface Answer {
  status: number;
  value: unknown;
  headers?: Record<string, string>;
}

interface Repository {
  isPrivate: boolean;
  files: Map<string, { content: Buffer } | { sha256: string; size: number }>;
  commits: string[];
  tags: string[];
  /** The commits that they name. */
  tagged?: Map<string, string>;
}

const LISTED_AT_ONCE = 3;
/** Smaller than the Hub's, so that tests need no large files. */
const LFS_FROM = 1_000;
const MULTIPART_FROM = 100_000;
const PART_BYTES = 40_000;

const createSchema = z.object({
  name: z.string(),
  organization: z.string(),
  type: z.string(),
  visibility: z.string().optional(),
});
const preuploadSchema = z.object({
  files: z.array(z.object({ path: z.string(), size: z.number(), sample: z.string() })),
});
const batchSchema = z.object({
  operation: z.literal("upload"),
  objects: z.array(z.object({ oid: z.string().length(64), size: z.number() })),
});
const tagSchema = z.object({ tag: z.string(), message: z.string().optional() });
const commitLineSchema = z.discriminatedUnion("key", [
  z.object({ key: z.literal("header"), value: z.object({ summary: z.string() }) }),
  z.object({
    key: z.literal("file"),
    value: z.object({ path: z.string(), encoding: z.literal("base64"), content: z.string() }),
  }),
  z.object({
    key: z.literal("lfsFile"),
    value: z.object({ path: z.string(), algo: z.literal("sha256"), oid: z.string(), size: z.number() }),
  }),
  z.object({ key: z.literal("deletedFile"), value: z.object({ path: z.string() }) }),
]);

function list(repository: Repository, url: URL): Answer {
  const from = Number(url.searchParams.get("cursor") ?? 0);
  const entries = [...repository.files.entries()].sort(([left], [right]) => (left < right ? -1 : 1));
  const next = new URL(url);
  next.searchParams.set("cursor", String(from + LISTED_AT_ONCE));
  return {
    status: 200,
    value: entries.slice(from, from + LISTED_AT_ONCE).map(([path, entry]) =>
      "sha256" in entry
        ? {
            type: "file",
            path,
            oid: "a-pointer",
            size: entry.size,
            lfs: { oid: entry.sha256, size: entry.size },
          }
        : { type: "file", path, oid: gitOid(entry.content), size: entry.content.length },
    ),
    headers: from + LISTED_AT_ONCE < entries.length ? { link: `<${next}>; rel="next"` } : {},
  };
}

function preupload(body: Buffer): Answer {
  const { files } = preuploadSchema.parse(JSON.parse(body.toString()));
  return ok({
    files: files.map(({ path, size }) => ({ path, uploadMode: size >= LFS_FROM ? "lfs" : "regular" })),
  });
}

/** The name of a repository's last commit. */
function headOf({ commits }: Repository): string {
  return createHash("sha1").update(JSON.stringify(commits)).digest("hex");
}

function refs(repository: Repository): Answer {
  return ok({
    branches: [{ name: "main", ref: "refs/heads/main", targetCommit: headOf(repository) }],
    converts: [],
    tags: repository.tags.map((name) => ({
      name,
      ref: `refs/tags/${name}`,
      targetCommit: repository.tagged?.get(name) ?? "another",
    })),
  });
}

function tag(repository: Repository, revision: string, body: Buffer): Answer {
  const { tag: name } = tagSchema.parse(JSON.parse(body.toString()));
  if (repository.tags.includes(name)) return failed(409, "Tag exists");
  repository.tags.push(name);
  repository.tagged ??= new Map();
  repository.tagged.set(name, revision === "main" ? headOf(repository) : revision);
  return ok({});
}

function gitOid(content: Buffer): string {
  return createHash("sha1").update(`blob ${content.length}\0`).update(content).digest("hex");
}

function ok(value: unknown): Answer {
  return { status: 200, value };
}

function failed(status: number, error: string): Answer {
  return { status, value: { error } };
}

function send(response: ServerResponse, { status, value, headers }: Answer): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(Buffer.isBuffer(value) ? value : JSON.stringify(value));
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

import { access, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { resetEnv } from "#lib/env.ts";
import { AtomicFolderDriver } from "#lib/storage/atomic-folder.ts";
import {
  deleteFile,
  deleteFolder,
  exists,
  fileSize,
  openRange,
  openStream,
  putBytes,
  putFile,
  readBytes,
  signAddress,
  storageError,
  temporaryPath,
  withLocalFile,
} from "#lib/storage/storage.ts";
import { startBucketServer } from "#lib/storage/test-bucket.ts";

let data: string;

beforeEach(async () => {
  data = await mkdtemp(path.join(tmpdir(), "storage-"));
  vi.stubEnv("SECOND_LOOK_DATA", data);
  vi.stubEnv("STORAGE_URL", "");
  resetEnv();
});

afterEach(async () => {
  vi.unstubAllEnvs();
  resetEnv();
  await rm(data, { recursive: true, force: true });
});

describe.each(["folder", "s3"] as const)("storage in a %s", (kind) => {
  let server: Server | undefined;

  beforeEach(async () => {
    if (kind === "folder") return;
    server = await startBucketServer();
    const { port } = server.address() as AddressInfo;
    vi.stubEnv("AWS_ACCESS_KEY_ID", "test");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test");
    vi.stubEnv("STORAGE_URL", `s3://bucket/some/prefix?endpoint=http://127.0.0.1:${port}&region=eu-west-1`);
    resetEnv();
  });

  afterEach(async () => {
    server?.closeAllConnections();
    await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
    server = undefined;
  });

  it("keeps bytes and gives them back", async () => {
    await putBytes("a/b.bin", new Uint8Array([1, 2, 3]), { contentType: "application/octet-stream" });
    expect(await exists("a/b.bin")).toBe(true);
    expect(await fileSize("a/b.bin")).toBe(3);
    expect([...(await readBytes("a/b.bin"))]).toEqual([1, 2, 3]);
    expect([...(await buffer(await openStream("a/b.bin")))]).toEqual([1, 2, 3]);
    await putBytes("a/b.bin", new Uint8Array([4]));
    expect([...(await readBytes("a/b.bin"))]).toEqual([4]);
  });

  it("gives a part of a file, both ends of it included", async () => {
    await putBytes("a/b.bin", new Uint8Array([0, 1, 2, 3, 4, 5]));
    expect([...(await buffer(await openRange("a/b.bin", 2, 4)))]).toEqual([2, 3, 4]);
    expect([...(await buffer(await openRange("a/b.bin", 0, 0)))]).toEqual([0]);
    await expect(openRange("no/file", 0, 1)).rejects.toMatchObject({ code: "not_found" });
  });

  it("signs an address that anybody can read from, where there is a bucket", async () => {
    await putBytes("a/b.png", new Uint8Array([1, 2, 3]), { contentType: "image/png" });
    const address = await signAddress("a/b.png", 600);
    if (kind === "folder") return expect(address).toBeNull();
    const url = new URL(address ?? "");
    expect(url.pathname).toBe("/bucket/some/prefix/a/b.png");
    expect(url.searchParams.get("X-Amz-Expires")).toBe("600");
    expect(url.searchParams.get("X-Amz-Signature")).toMatch(/^[0-9a-f]{64}$/u);
    expect([...new Uint8Array(await (await fetch(url)).arrayBuffer())]).toEqual([1, 2, 3]);
  });

  it("takes a file, and gives it away when asked to move it", async () => {
    const kept = path.join(data, "kept.txt");
    await writeFile(kept, "kept");
    await putFile("f/kept.txt", kept);
    expect(await readFile(kept, "utf8")).toBe("kept");
    const given = await temporaryPath();
    await writeFile(given, "given");
    await putFile("f/given.txt", given, { move: true });
    await expect(access(given)).rejects.toThrow();
    expect(Buffer.from(await readBytes("f/given.txt")).toString()).toBe("given");
    expect(await withLocalFile("f/given.txt", (file) => readFile(file, "utf8"))).toBe("given");
  });

  it("says not_found for what is not there, and removes it without complaint", async () => {
    expect(await exists("no/file")).toBe(false);
    await expect(readBytes("no/file")).rejects.toMatchObject({ code: "not_found" });
    await expect(openStream("no/file")).rejects.toMatchObject({ code: "not_found" });
    await expect(fileSize("no/file")).rejects.toMatchObject({ code: "not_found" });
    await deleteFile("no/file");
    await deleteFolder("no");
  });

  it("removes one file, or all below a key and no neighbour", async () => {
    for (const key of ["x/1/a", "x/1/b", "x/12/a"]) await putBytes(key, new Uint8Array([0]));
    await deleteFile("x/1/a");
    expect(await exists("x/1/a")).toBe(false);
    await deleteFolder("x/1");
    expect(await exists("x/1/b")).toBe(false);
    expect(await exists("x/12/a")).toBe(true);
  });

  it("refuses a key that this program would not make", async () => {
    await expect(readBytes("../secret")).rejects.toThrow(TypeError);
    await expect(putBytes("/etc/x", new Uint8Array())).rejects.toThrow(TypeError);
  });
});

describe("a write to the folder", () => {
  it("leaves the old file and no rubbish when it breaks off", async () => {
    const folder = new AtomicFolderDriver(path.join(data, "storage"));
    await putBytes("k/file", new TextEncoder().encode("old"));
    const broken = Readable.from(
      (async function* () {
        yield Buffer.from("half of the n");
        throw new Error("broken off");
      })(),
    );
    await expect(folder.putStream("k/file", broken)).rejects.toThrow("broken off");
    expect(Buffer.from(await readBytes("k/file")).toString()).toBe("old");
    expect(await readdir(path.join(data, "storage", "k"))).toEqual(["file"]);
  });

  it("says in one sentence that the disk is full", async () => {
    // A device that is always full stands in for the disk.
    await mkdir(path.join(data, "storage"), { recursive: true });
    await symlink("/dev/full", path.join(data, "full"));
    const cause = await writeFile(path.join(data, "full"), "x").then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(cause).toMatchObject({ code: "ENOSPC" });
    expect(storageError(cause, "k")).toMatchObject({
      code: "unavailable",
      message: "The server's disk is full. Free some space, then try again.",
    });
  });
});

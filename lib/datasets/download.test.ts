import { randomBytes } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { answerDownload } from "#lib/datasets/download.ts";
import { openTestStorage } from "#lib/datasets/formats/test-storage.ts";
import { readWithdrawnHeader, WITHDRAWN_HEADER } from "#lib/datasets/withdrawal.ts";
import { putBytes } from "#lib/storage/storage.ts";

openTestStorage();

const BYTES = randomBytes(100_000);
const FILE = {
  storageKey: "exports/a.zip",
  fileName: "roofs-v1.zip",
  bytes: BYTES.length,
  sha256: "ab".repeat(32),
};
const ETAG = `"${FILE.sha256}"`;

beforeAll(() => putBytes(FILE.storageKey, BYTES));

const ask = (headers: Record<string, string> = {}, method = "GET") =>
  answerDownload(new Request("http://localhost/x", { method, headers }), FILE);
const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer());

describe("the download of an export", () => {
  it("is whole, and says that it can be had in parts", async () => {
    const response = await ask();
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "accept-ranges": "bytes",
      "content-length": "100000",
      "content-disposition": 'attachment; filename="roofs-v1.zip"',
      etag: ETAG,
    });
    expect((await bytesOf(response)).equals(BYTES)).toBe(true);
  });

  it("goes on after it was cut at half, with the very same bytes", async () => {
    const reader = (await ask()).body?.getReader();
    const first: Buffer[] = [];
    let got = 0;
    while (got < 50_000) {
      const { value } = (await reader?.read()) ?? {};
      if (!value) throw new Error("the download ended early");
      first.push(Buffer.from(value));
      got += value.length;
    }
    await reader?.cancel();
    const rest = await ask({ range: `bytes=${got}-`, "if-range": ETAG });
    expect(rest.status).toBe(206);
    expect(rest.headers.get("content-range")).toBe(`bytes ${got}-99999/100000`);
    expect(Buffer.concat([...first, await bytesOf(rest)]).equals(BYTES)).toBe(true);
  });

  it.each([
    ["bytes=0-0", 206, "bytes 0-0/100000"],
    ["bytes=-5", 206, "bytes 99995-99999/100000"],
    ["bytes=100000-", 416, "bytes */100000"],
    ["bytes=0-1,5-6", 200, null],
  ])("answers %s with %i", async (range, status, contentRange) => {
    const response = await ask({ range });
    expect([response.status, response.headers.get("content-range")]).toEqual([status, contentRange]);
    await response.body?.cancel();
  });

  it("begins anew where the archive is another one than before", async () => {
    for (const tag of ['"other"', `W/${ETAG}`, "Mon, 23 Nov 2026 05:00:00 GMT"]) {
      const response = await ask({ range: "bytes=5-", "if-range": tag });
      expect(response.status).toBe(200);
      await response.body?.cancel();
    }
  });

  it("tells its size without its bytes, and that nothing has changed", async () => {
    const head = await ask({ range: "bytes=5-" }, "HEAD");
    expect([head.status, head.headers.get("content-length"), head.body]).toEqual([200, "100000", null]);
    expect((await ask({ "if-none-match": ETAG })).status).toBe(304);
  });

  it("says that the archive is gone before the first byte", async () => {
    await expect(
      answerDownload(new Request("http://localhost/x", { headers: { range: "bytes=1-" } }), {
        ...FILE,
        storageKey: "exports/b.zip",
      }),
    ).rejects.toMatchObject({ code: "not_found" });
  });

  it("of a withdrawn version says so, with the reason, on every kind of answer", async () => {
    const withdrawn = { at: "2026-11-23T08:00:00.000Z", reason: "Ein Schlüssel war falsch" };
    for (const [headers, method] of [
      [{}, "GET"],
      [{}, "HEAD"],
      [{ range: "bytes=0-9" }, "GET"],
      [{ "if-none-match": ETAG }, "GET"],
    ] as const) {
      const request = new Request("http://localhost/x", { method, headers });
      const response = await answerDownload(request, { ...FILE, withdrawn });
      expect(readWithdrawnHeader(response.headers.get(WITHDRAWN_HEADER)), method).toEqual(withdrawn);
      await response.body?.cancel();
    }
    expect((await ask()).headers.has(WITHDRAWN_HEADER)).toBe(false);
  });
});

import { readdirSync, readFileSync } from "node:fs";
import { afterEach, describe, expect, it, vi } from "vitest";
import { randomId } from "#components/ui/random-id.ts";
import { commentInputSchema } from "#lib/comments/schema.ts";

describe("an id that the browser makes", () => {
  afterEach(() => vi.unstubAllGlobals());

  it("is a UUID of its own on a page without TLS, too", () => {
    const getRandomValues = crypto.getRandomValues.bind(crypto);
    vi.stubGlobal("crypto", { getRandomValues });
    const ids = Array.from({ length: 50 }, randomId);
    expect(new Set(ids).size).toBe(50);
    for (const id of ids)
      expect(commentInputSchema.safeParse({ id, traceId: id, body: "Why?" }).success).toBe(true);
  });

  it("is made here alone: what only pages with TLS have is used nowhere in the browser", () => {
    const folder = new URL("../", import.meta.url).pathname;
    const users = readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((path) => /\.tsx?$/.test(path) && !/\.test\.tsx?$/.test(path) && path !== "ui/random-id.ts")
      .filter((path) => readFileSync(`${folder}${path}`, "utf8").includes("randomUUID"));
    expect(users).toEqual([]);
  });
});

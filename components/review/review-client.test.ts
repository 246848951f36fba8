import { afterEach, describe, expect, it, vi } from "vitest";
import { askReview, offlineSentence } from "#components/review/review-client.ts";
import { PAGE_OF_HEADER } from "#lib/review/page-of.ts";

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("askReview", () => {
  it("says whose page asks, where that matters", async () => {
    const sent: Headers[] = [];
    vi.stubGlobal("fetch", (_address: string, init: RequestInit) => {
      sent.push(new Headers(init.headers));
      return Promise.resolve(Response.json({}));
    });
    await askReview("project", "undo", {}, "ada");
    await askReview("project", "guidelines", {});
    expect(sent.map((headers) => headers.get(PAGE_OF_HEADER))).toEqual(["ada", null]);
  });

  it("promises to send by itself only what it does send by itself", async () => {
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("fetch failed")));
    const edit = { traceId: "t", rowVersion: 1, questionRevisionId: "q" };
    await expect(askReview("project", "edit", edit)).rejects.toMatchObject({
      code: "offline",
      message: expect.stringContaining("your edit is not saved"),
    });
    const waits = ["verdict", "skip", "flag", "send-back", "give-back", "reject-question", "prefer", "mark"];
    for (const verb of [...waits, "region", "remove-region", "first-error", "next"])
      expect(offlineSentence(verb)).toContain("is sent when it can be");
    for (const verb of ["edit", "answer", "undo", "comment", "resolve-comment", "return-skipped", "history"])
      expect(offlineSentence(verb)).not.toContain("is sent when it can be");
  });
});

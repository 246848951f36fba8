import fc from "fast-check";
import { expect, it } from "vitest";
import {
  readWithdrawnHeader,
  WITHDRAWN_HEADER,
  withdrawalOf,
  withdrawnFileName,
  withdrawnHeaders,
} from "#lib/datasets/withdrawal.ts";

it("tells a version that stands from one that was withdrawn", () => {
  expect(withdrawalOf({ withdrawnAt: null, withdrawnReason: null })).toBeNull();
  expect(withdrawnHeaders(null)).toEqual({});
  const at = new Date("2026-11-23T08:00:00Z");
  expect(withdrawalOf({ withdrawnAt: at, withdrawnReason: null })).toEqual({
    at: at.toISOString(),
    reason: "",
  });
});

it("carries any reason through a header, which takes no letter beyond ASCII", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (reason) => {
      const given = { at: "2026-11-23T08:00:00.000Z", reason };
      const headers = new Headers(withdrawnHeaders(given));
      expect(readWithdrawnHeader(headers.get(WITHDRAWN_HEADER))).toEqual(given);
    }),
  );
  expect(readWithdrawnHeader(null)).toBeNull();
  expect(readWithdrawnHeader("x; reason=%")).toEqual({ at: "x", reason: "" });
});

it.each([
  ["roofs-v1.zip", "roofs-v1-withdrawn.zip"],
  ["roofs.v1.zip", "roofs.v1-withdrawn.zip"],
  ["roofs", "roofs-withdrawn"],
])("says so in the name of a file: %s", (name, wanted) => expect(withdrawnFileName(name)).toBe(wanted));

import { describe, expect, it } from "vitest";
import { othersPlaces } from "#components/review/reading/others-places.ts";
import type { ReviewTraceView } from "#lib/review/notes-schema.ts";

const box = { kind: "box" as const, x: 0, y: 0, w: 0.5, h: 0.5 };
const region = (id: string, name: string) => ({ id, name, shape: box, createdAt: "2026-01-01" });
const mark = (id: string) => ({ id, part: "long", stepKey: "k", rating: "wrong", regionIds: ["r1"] });
const trace = (state: string, mayAdjudicate: boolean) =>
  ({
    state,
    notes: {
      mayAdjudicate,
      others: [
        { reviewerName: "Ada", regions: [region("r1", "the kite"), region("r2", "")], marks: [mark("m1")] },
        { reviewerName: "Ben", regions: [region("r3", "the string")], marks: [] },
      ],
    },
  }) as unknown as Pick<ReviewTraceView, "state" | "notes">;

describe("what others marked", () => {
  it("is shown, each by its reviewer's name, to who settles between them", () => {
    const { regions, marks } = othersPlaces(trace("disputed", true));
    expect(regions.map(({ id, name }) => [id, name])).toEqual([
      ["r1", "Ada: the kite"],
      ["r2", "Ada: region 2"],
      ["r3", "Ben: the string"],
    ]);
    expect(marks.map(({ id }) => id)).toEqual(["m1"]);
  });

  it("is shown to nobody who is to judge for themselves", () => {
    expect(othersPlaces(trace("disputed", false)).regions).toEqual([]);
    expect(othersPlaces(trace("waiting", true)).regions).toEqual([]);
    expect(othersPlaces(null).marks).toEqual([]);
  });
});

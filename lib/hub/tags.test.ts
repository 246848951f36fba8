import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chooseTag, tagOf } from "#lib/hub/tags.ts";

it("names the dataset and the version", () => {
  expect(tagOf({ name: "Roofs & walls", number: 3 })).toBe("roofs-walls-v3");
  expect(tagOf({ name: "屋根", number: 1 })).toBe("dataset-v1");
});

describe("the tag of a state", () => {
  it("is the version's own, the one that names it already, or the next that is free", () => {
    const tags = [
      { name: "roofs-v3", commit: "a" },
      { name: "roofs-v3.2", commit: "b" },
    ];
    expect(chooseTag("roofs-v3", "c", [])).toEqual({ name: "roofs-v3", isThere: false });
    expect(chooseTag("roofs-v3", "a", tags)).toEqual({ name: "roofs-v3", isThere: true });
    expect(chooseTag("roofs-v3", "b", tags)).toEqual({ name: "roofs-v3.2", isThere: true });
    expect(chooseTag("roofs-v3", "c", tags)).toEqual({ name: "roofs-v3.3", isThere: false });
  });

  it("never takes a name that stands for something else", () => {
    const names = fc.constantFrom("v", "v.2", "v.3", "v.4", "other");
    const commits = fc.constantFrom("a", "b", "c");
    fc.assert(
      fc.property(fc.dictionary(names, commits), commits, (there, head) => {
        const tags = Object.entries(there).map(([name, commit]) => ({ name, commit }));
        const { name, isThere } = chooseTag("v", head, tags);
        expect(isThere).toBe(there[name] === head);
        if (!isThere) expect(there[name]).toBeUndefined();
      }),
    );
  });
});

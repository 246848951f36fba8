import { describe, expect, it } from "vitest";
import { type ChosenFile, sortChosen } from "#lib/images/chosen-files.ts";

const files = (...paths: string[]): ChosenFile<null>[] =>
  paths.map((path) => ({ path, bytes: 100, file: null }));
const GB = 1024 ** 3;

describe("what was chosen for an upload", () => {
  it("is one zip", () => {
    expect(sortChosen(files("set.ZIP", ".DS_Store"), GB)).toMatchObject({
      kind: "ready",
      name: "set.ZIP",
      bytes: 100,
      ignored: 0,
    });
  });

  it("is a captions file with images, the rest passed over", () => {
    const choice = sortChosen(
      files("set/images/a.jpg", "set/c.jsonlines", "set/README.md", "__MACOSX/x.jpg"),
      GB,
    );
    expect(choice).toMatchObject({ kind: "ready", name: "c.jsonlines", images: 1, ignored: 1, bytes: 200 });
  });

  it.each([
    ["two zips", files("a.zip", "b.zip"), "one zip"],
    ["a zip and more", files("a.zip", "b.jpg"), "one zip"],
    ["only images", files("a.jpg"), "no captions file among"],
    ["only a table", files("a.csv"), "no images among"],
    ["neither", files("a.txt"), "There is no zip"],
    ["nothing", [], "There is no zip"],
    ["too much", [{ path: "a.zip", bytes: 3 * GB, file: null }], "more than 2 GB"],
    ["too many", files("a.csv", ...Array.from({ length: 10_001 }, (_, at) => `${at}.jpg`)), "Make a zip"],
  ])("is refused in a sentence when it is %s", (_name, chosen, message) => {
    expect(sortChosen(chosen, 2 * GB)).toMatchObject({
      kind: "problem",
      message: expect.stringContaining(message),
    });
  });
});

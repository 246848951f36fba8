import { appendFile, mkdtemp, readdir, rm, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openQuestionStore } from "./store.ts";

let folder: string;

beforeEach(async () => {
  folder = path.join(await mkdtemp(path.join(tmpdir(), "store-")), "made", "later");
});

afterEach(() => rm(path.dirname(path.dirname(folder)), { recursive: true }));

const choices = ["Red", "Blue", "Grün", "One, two"];

describe("the store of questions", () => {
  it("finds a key in any order of choices and any spelling of blanks, in memory alone too", () => {
    for (const store of [openQuestionStore(undefined), openQuestionStore(folder)]) {
      store.remember("What color is it?", choices, "Grün");
      expect(store.findKey(" what color  is it?", [...choices].reverse())).toBe("grün");
      expect(store.findKey("What color is it?", ["Red", "Blue", "Grün", "Other"])).toBeUndefined();
      expect(store.findKey("Another?", choices)).toBeUndefined();
    }
  });

  it("sees at once what another process on the folder wrote, before and after it looked", () => {
    const writer = openQuestionStore(folder);
    const reader = openQuestionStore(folder);
    expect(reader.findKey("Q1?", choices)).toBeUndefined();
    for (let index = 0; index < 600; index += 1) {
      writer.remember(`Q${index}?`, choices, choices[index % 4] ?? "");
      expect(reader.findKey(`Q${index}?`, choices)).toBe(choices[index % 4]?.toLowerCase());
    }
    const later = openQuestionStore(folder);
    expect(later.findKey("Q599?", choices)).toBe("one, two");
  });

  it("loses no more than the line that a crash cut off", async () => {
    const store = openQuestionStore(folder);
    store.remember("Kept?", choices, "Red");
    const [file] = await readdir(folder);
    await appendFile(path.join(folder, file ?? ""), "\n0123456789abcdef");
    // Everything goes to the same shard until one falls behind the broken line.
    for (let index = 0; (await readdir(folder)).length < 40; index += 1)
      store.remember(`More ${index}?`, choices, "Blue");
    const again = openQuestionStore(folder);
    expect(again.findKey("Kept?", choices)).toBe("red");
    expect(again.findKey("More 0?", choices)).toBe("blue");
  });

  it("reads anew the shards that were emptied", async () => {
    const store = openQuestionStore(folder);
    const reader = openQuestionStore(folder);
    for (let index = 0; index < 4000; index += 1) store.remember(`Old ${index}?`, choices, "Red");
    for (let index = 0; index < 4000; index += 1)
      expect(reader.findKey(`Old ${index}?`, choices)).toBe("red");
    for (const file of await readdir(folder)) await truncate(path.join(folder, file), 0);
    const fresh = openQuestionStore(folder);
    for (let index = 0; index < 50; index += 1) fresh.remember(`New ${index}?`, choices, "Blue");
    for (let index = 0; index < 50; index += 1) expect(reader.findKey(`New ${index}?`, choices)).toBe("blue");
  });
});

import { describe, expect, it } from "vitest";
import { duplicateKey } from "#lib/checks/duplicate.ts";
import { createRandom } from "#lib/random.ts";

describe("duplicateKey", () => {
  it("takes every run of blanks for one", () => {
    const random = createRandom("blanks");
    for (let turn = 0; turn < 300; turn += 1) {
      const words = Array.from({ length: 1 + random.int(6) }, () => random.pick(["a", "ﬁ", "Ü", "´"]));
      const gap = () =>
        Array.from({ length: 1 + random.int(3) }, () =>
          random.pick([" ", "\n", "\t", "\u00a0", "\u3000"]),
        ).join("");
      const text = words.map((word) => `${word}${gap()}`).join("");
      const levelled = text.normalize("NFKC").toLowerCase().replace(/\s+/gu, " ").trim();
      expect(duplicateKey("q", text)).toBe(duplicateKey("q", levelled));
    }
  });
});

import { describe, expect, it } from "vitest";
import { readLicence, weighLicences } from "#lib/datasets/card/licences.ts";

describe("readLicence", () => {
  it.each([
    ["CC BY 4.0", "cc-by-4.0"],
    ["cc-by-4.0", "cc-by-4.0"],
    ["Creative Commons Attribution 4.0", "cc-by-4.0"],
    ["https://creativecommons.org/licenses/by/4.0/", "cc-by-4.0"],
    ["CC BY-NC-SA 4.0", "cc-by-nc-sa-4.0"],
    ["http://creativecommons.org/licenses/by-nc-sa/2.0/", "cc-by-nc-sa-2.0"],
    ["Creative Commons Attribution-NonCommercial-NoDerivatives 4.0", "cc-by-nc-nd-4.0"],
    ["CC-BY-ND-4.0", "cc-by-nd-4.0"],
    ["CC0", "cc0-1.0"],
    ["CC0-1.0 (public domain)", "cc0-1.0"],
    ["https://creativecommons.org/publicdomain/zero/1.0/", "cc0-1.0"],
    ["Public Domain", null],
    ["CDLA-Permissive-1.0", "cdla-permissive-1.0"],
    ["CDLA-Permissive-2.0", "cdla-permissive-2.0"],
    ["PDDL", "pddl"],
    ["ODbL", "odbl"],
    ["Apache 2.0", "apache-2.0"],
    ["MIT License", "mit"],
  ])("knows %s", (given, hubId) => {
    expect(readLicence(given)?.hubId).toBe(hubId);
  });

  it("tells what each forbids", () => {
    expect(readLicence("CC BY-NC-SA 2.0")).toMatchObject({
      nonCommercial: true,
      shareAlike: true,
      noDerivatives: false,
      attribution: true,
    });
    expect(readLicence("CC BY-ND 3.0")).toMatchObject({
      noDerivatives: true,
      nonCommercial: false,
      hubId: null,
    });
    expect(readLicence("CC BY")).toMatchObject({ attribution: true, hubId: null, name: "CC BY" });
    expect(readLicence("© 2024, all rights reserved")).toMatchObject({ reserved: true, hubId: null });
  });

  it.each([
    "CC0 or CC BY-NC 4.0",
    "CC-BY-4.0-NC",
    "CC BY 4.0, non-commercial use only",
    "CC BY 4.0 and CC BY-NC 4.0",
    "CC0 except the people in it",
    "not in the public domain",
  ])("does not read more freedom than it gives into %j", (given) => {
    expect(readLicence(given)).toBeNull();
  });

  it.each(["", "ask Jane", "permit", "standby", "our own terms", "limited"])("does not know %j", (given) => {
    expect(readLicence(given)).toBeNull();
  });
});

describe("weighLicences", () => {
  const row = (licence: string | null, images = 10) => ({ licence, sources: [], images });

  it("has nothing to say of what is free", () => {
    expect(weighLicences([row("CC0"), row("PDDL")], "training").warnings).toEqual([]);
  });

  it("names what is unknown and what is strange", () => {
    const { warnings, hubLicence } = weighLicences([row(null, 3), row("ask Jane", 1)], "training");
    expect(warnings[0]).toContain("The licence of 3 pictures is not known");
    expect(warnings[1]).toContain("“ask Jane” (1 picture)");
    expect(hubLicence).toBe("unknown");
  });

  it("says what a mix forbids", () => {
    const mix = [row("CC BY 4.0"), row("CC BY-NC 4.0", 1), row("CC BY-ND 4.0", 2)];
    const { warnings } = weighLicences(mix, "training");
    expect(warnings.join("\n")).toContain("Not for commercial use: 1 picture is under");
    expect(warnings.join("\n")).toContain("this export scales them down");
    expect(weighLicences(mix, "original").warnings.join("\n")).not.toContain("scales them down");
  });

  it("sees that two share-alike licences do not go together", () => {
    const one = weighLicences([row("CC BY-SA 4.0")], null).warnings.join("\n");
    expect(one).not.toContain("do not go together");
    const two = weighLicences([row("CC BY-SA 4.0"), row("CC BY-NC-SA 4.0")], null).warnings.join("\n");
    expect(two).toContain("CC BY-SA 4.0 and CC BY-NC-SA 4.0 do not go together");
    expect(two.match(/do not go together/gu)).toHaveLength(1);
  });

  it("sees that share-alike terms which allow commerce do not go with those that forbid it", () => {
    const warnings = (...licences: string[]) =>
      weighLicences(
        licences.map((licence) => row(licence)),
        null,
      ).warnings.join("\n");
    expect(warnings("CC BY-SA 4.0", "CC BY-NC 4.0")).toContain(
      "CC BY-SA 4.0 and CC BY-NC 4.0 do not go together in one adapted work",
    );
    expect(warnings("ODbL", "CC BY-NC-ND 4.0")).toContain("ODbL and CC BY-NC-ND 4.0 do not go together");
    for (const fine of [
      ["CC BY-NC-SA 4.0", "CC BY-NC 4.0"],
      ["CC BY-SA 4.0", "CC BY 4.0"],
      ["CC BY-NC 4.0", "CC BY 4.0"],
    ])
      expect(warnings(...fine)).not.toContain("do not go together");
  });
});

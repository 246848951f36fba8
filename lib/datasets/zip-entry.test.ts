import { execFileSync } from "node:child_process";
import path from "node:path";
import { expect, it } from "vitest";

/** Writes a small archive in a process of its own, whose clock stands in the given zone. */
function hashInZone(zone: string): string {
  const script = `
    import { createHash } from "node:crypto";
    import { ZipFile } from "yazl";
    import { entryOptions } from "#lib/datasets/zip-entry.ts";
    const zip = new ZipFile();
    zip.addBuffer(Buffer.from("the same"), "a.txt", entryOptions());
    zip.end();
    const hash = createHash("sha256");
    for await (const chunk of zip.outputStream) hash.update(chunk);
    console.log(hash.digest("hex"));`;
  const root = path.resolve(import.meta.dirname, "../..");
  return execFileSync(process.execPath, ["--input-type=module", "-e", script], {
    cwd: root,
    env: { ...process.env, TZ: zone },
    encoding: "utf8",
  }).trim();
}

it("gives the same bytes in every time zone", () => {
  const hashes = ["UTC", "Asia/Tokyo", "America/St_Johns"].map(hashInZone);
  expect(hashes[0]).toMatch(/^[0-9a-f]{64}$/u);
  expect(new Set(hashes).size).toBe(1);
});

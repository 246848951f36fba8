import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";

const ROOT = path.join(import.meta.dirname, "../..");

it("is the one way to say something over a page: said to sonner itself, nothing would show it", () => {
  const importing = ["app", "components"].flatMap((folder) =>
    readdirSync(path.join(ROOT, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => /\.tsx?$/.test(name))
      .map((name) => `${folder}/${name}`)
      .filter((name) => /from "sonner"/.test(readFileSync(path.join(ROOT, name), "utf8"))),
  );
  expect(importing.filter((name) => !name.startsWith("components/ui/toast"))).toEqual([]);
});

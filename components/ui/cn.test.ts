import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { twMerge } from "tailwind-merge";
import { describe, expect, it } from "vitest";
import { cn } from "#components/ui/cn.ts";

const ROOT = path.join(import.meta.dirname, "../..");

/** The classes that stand in the app's sources, as far as they set something that another could set. */
function readClasses(): string[] {
  const words = new Set<string>();
  for (const folder of ["app", "components"]) {
    for (const name of readdirSync(path.join(ROOT, folder), { recursive: true, encoding: "utf8" })) {
      if (!/\.tsx?$/.test(name) || /\.test\.|^ui\/cn\.ts$/.test(name)) continue;
      const text = readFileSync(path.join(ROOT, folder, name), "utf8");
      for (const [, quoted = ""] of text.matchAll(/["'`]([^"'`\n]*)["'`]/g))
        for (const word of quoted.split(/\s+/)) words.add(word);
    }
  }
  return [...words].filter((word) => word !== "" && twMerge(`${word} ${word}`) === word);
}

/** Without what it stands for: that is compared below. Of classes that differ in a number alone, the first. */
function basesOf(classes: readonly string[]): string[] {
  const byShape = new Map<string, string>();
  for (const name of classes) {
    if (/[:!]/.test(name.replace(/\[[^\]]*\]/g, ""))) continue;
    const shape = name.replace(/\d+(\.\d+)?/g, "0");
    if (!byShape.has(shape)) byShape.set(shape, name);
  }
  return [...byShape.values()];
}

describe("joined class names", () => {
  const classes = readClasses();
  const bases = basesOf(classes);

  it("are those that stand in the sources", () => {
    expect(bases.length).toBeGreaterThan(150);
  });

  it("settle every pair of them as tailwind-merge does", () => {
    const different: string[] = [];
    for (const one of bases) {
      for (const other of bases) {
        // A shadow of the theme's own is a colour to it.
        if (one === other || (one.startsWith("shadow-") && other.startsWith("shadow-"))) continue;
        const both = `${one} ${other}`;
        if (cn(both) !== twMerge(both)) different.push(`${both}: ${cn(both)}`);
      }
    }
    expect(different).toEqual([]);
  });

  it("settle each state and width by itself", () => {
    for (const name of classes) {
      const base = name.slice(name.lastIndexOf(":") + 1);
      for (const both of [`${base} ${name}`, `${name} ${base}`, `hover:p-2 ${name}`])
        if (name !== base) expect(cn(both)).toBe(twMerge(both));
    }
    expect(cn("sm:hover:p-2", "hover:sm:p-4 p-1")).toBe("hover:sm:p-4 p-1");
    expect(cn("[&_svg]:size-4", "[&_svg]:w-2", "[&_svg]:size-3")).toBe("[&_svg]:size-3");
    expect(cn("h-auto!", "h-9")).toBe("h-auto! h-9");
    expect(cn("-mt-2", "mt-1")).toBe("mt-1");
  });

  it("leave out what is not wanted", () => {
    expect(cn("p-2", false, null, ["p-4", { "font-medium": true, hidden: false }])).toBe("p-4 font-medium");
    expect(cn()).toBe("");
  });
});

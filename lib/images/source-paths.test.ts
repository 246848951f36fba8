import { describe, expect, it } from "vitest";
import { FileIndex, isRubbish, splitInside, tableFormatOf } from "#lib/images/source-paths.ts";

describe("a path from a table or an archive", () => {
  it.each([
    ["a/b.jpg", "a/b.jpg"],
    ["./a//b.jpg", "a/b.jpg"],
    ["a\\b.jpg", "a/b.jpg"],
    ["a/../b.jpg", "b.jpg"],
  ])("%s stays inside", (path, inside) => {
    expect(splitInside(path)?.join("/")).toBe(inside);
  });

  it.each([
    "../b.jpg",
    "a/../../b.jpg",
    "/etc/passwd",
    "\\\\host\\b.jpg",
    "C:\\b.jpg",
    "a\0.jpg",
    "",
    ".",
    "a/..",
  ])("%j leads out or nowhere", (path) => {
    expect(splitInside(path)).toBeNull();
  });

  it("tells rubbish and tables by name", () => {
    expect(["__MACOSX/a.jpg", "x/._a.jpg", "x/.DS_Store"].every(isRubbish)).toBe(true);
    expect(isRubbish("images/a.jpg")).toBe(false);
    expect(["a.jsonlines", "a.JSONL", "a.csv", "a.tsv", "a.txt"].map(tableFormatOf)).toEqual([
      "jsonl",
      "jsonl",
      "csv",
      "csv",
      null,
    ]);
  });
});

describe("finding an image that a table names", () => {
  const index = new FileIndex<number>();
  ["set/images/a.jpg", "set/b.jpg", "other/c.jpg", "x/d.jpg", "y/d.jpg"].forEach((path, at) => {
    index.add(path, at);
  });

  it.each([
    ["a.jpg", 0],
    ["images/a.jpg", 0],
    ["b.jpg", 1],
    ["../other/c.jpg", 2],
    ["other/c.jpg", 2],
    ["c.jpg", 2],
  ])("finds %s", (name, value) => {
    expect(index.find(name, "set")).toMatchObject({ kind: "found", value });
  });

  it("finds none, too many, or a way out", () => {
    expect(index.find("e.jpg", "set")).toEqual({ kind: "missing" });
    expect(index.find("wrong/a.jpg", "set")).toEqual({ kind: "missing" });
    expect(index.find("d.jpg", "set")).toEqual({ kind: "ambiguous", count: 2 });
    expect(index.find("../../a.jpg", "set")).toEqual({ kind: "outside" });
    expect(index.find("/a.jpg", "set")).toEqual({ kind: "outside" });
    expect(index.find("C:\\a.jpg", "set")).toEqual({ kind: "outside" });
  });
});

import { describe, expect, it } from "vitest";
import { isStorageKey, parseStorageAddress } from "#lib/storage/address.ts";

describe("the address of storage", () => {
  it("is the default folder when unset", () => {
    expect(parseStorageAddress(undefined, "/data/storage")).toEqual({
      kind: "folder",
      folder: "/data/storage",
    });
    expect(parseStorageAddress("", "/data/storage")).toEqual({ kind: "folder", folder: "/data/storage" });
  });

  it("names a folder by path or by file address", () => {
    expect(parseStorageAddress("/mnt/files", "/d")).toEqual({ kind: "folder", folder: "/mnt/files" });
    expect(parseStorageAddress("file:///mnt/my%20files", "/d")).toEqual({
      kind: "folder",
      folder: "/mnt/my files",
    });
  });

  it("names a bucket, with a prefix and a server of one's own", () => {
    expect(parseStorageAddress("s3://bucket", "/d")).toEqual({
      kind: "s3",
      bucket: "bucket",
      prefix: "",
      endpoint: undefined,
      region: undefined,
      hasBucketInPath: false,
    });
    expect(
      parseStorageAddress("s3://bucket/a/b/?endpoint=http://127.0.0.1:9000&region=eu-west-1", "/d"),
    ).toEqual({
      kind: "s3",
      bucket: "bucket",
      prefix: "a/b/",
      endpoint: "http://127.0.0.1:9000",
      region: "eu-west-1",
      hasBucketInPath: true,
    });
  });

  it("refuses anything else in a sentence", () => {
    expect(() => parseStorageAddress("ftp://host/x", "/d")).toThrow("must begin with s3://");
    expect(() => parseStorageAddress("bucket", "/d")).toThrow("not an address");
  });
});

describe("a storage key", () => {
  it.each(["images/0193/original.jpg", "a", "a-b_c/d.e"])("%s is one", (key) => {
    expect(isStorageKey(key)).toBe(true);
  });
  it.each([
    "",
    "/a",
    "a/",
    "a//b",
    "../a",
    "a/../b",
    "a/./b",
    ".a",
    "a/.b",
    "a.",
    "a b",
    "a\\b",
    "a\0b",
    "ä",
    `${"a/".repeat(300)}b`,
  ])("%j is none", (key) => {
    expect(isStorageKey(key)).toBe(false);
  });
});

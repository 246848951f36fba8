/** Where files are kept, read from STORAGE_URL. */
export type StorageAddress =
  | { kind: "folder"; folder: string }
  | {
      kind: "s3";
      bucket: string;
      /** Ends in a slash unless empty. */
      prefix: string;
      endpoint: string | undefined;
      region: string | undefined;
      /** The bucket stands in the path instead of the host name, as most servers other than Amazon's want it. */
      hasBucketInPath: boolean;
    };

/**
 * Reads an address of storage: unset → `defaultFolder`; `/folder` or `file:///folder`;
 * `s3://bucket/prefix?endpoint=https://host&region=eu-west-1&pathStyle=true` (keys of the account come from the usual
 * AWS_* variables). Throws a `TypeError` with a plain sentence for anything else.
 */
export function parseStorageAddress(value: string | undefined, defaultFolder: string): StorageAddress {
  if (value === undefined || value === "") return { kind: "folder", folder: defaultFolder };
  if (value.startsWith("/")) return { kind: "folder", folder: value };
  if (!URL.canParse(value)) throw new TypeError("STORAGE_URL is not an address.");
  const url = new URL(value);
  if (url.protocol === "file:") return { kind: "folder", folder: decodeURIComponent(url.pathname) };
  if (url.protocol !== "s3:" || url.hostname === "") {
    throw new TypeError("STORAGE_URL must begin with s3://bucket, file:/// or /.");
  }
  const path = decodeURIComponent(url.pathname).replace(/^\/+|\/+$/g, "");
  const endpoint = url.searchParams.get("endpoint") ?? undefined;
  const style = url.searchParams.get("pathStyle");
  return {
    kind: "s3",
    bucket: url.hostname,
    prefix: path === "" ? "" : `${path}/`,
    endpoint,
    region: url.searchParams.get("region") ?? undefined,
    hasBucketInPath: style === null ? endpoint !== undefined : style === "true" || style === "1",
  };
}

/**
 * Whether a key is one that this program makes: relative, in plain characters, and without a step upwards.
 * Names that people chose never become keys.
 */
export function isStorageKey(key: string): boolean {
  return key.length <= 512 && /^\w[\w.-]*(\/\w[\w.-]*)*$/.test(key) && !key.endsWith(".");
}

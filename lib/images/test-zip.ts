import { createWriteStream } from "node:fs";
import { truncate } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { ZipFile } from "yazl";

export interface TestEntry {
  name: string;
  bytes?: Buffer | string;
  /** A file of this machine, in place of bytes. */
  path?: string;
  /** Unix mode, with the file's type in its upper bits. */
  mode?: number;
  zip64?: boolean;
}

/**
 * Writes a zip for a test. Names that lead out of it, which the writer itself would refuse, are put in afterwards by
 * giving the writer one of the same length.
 */
export async function writeZip(
  file: string,
  entries: readonly TestEntry[],
  options: { cutTo?: number } = {},
): Promise<void> {
  const zip = new ZipFile();
  const replaced = new Map<string, string>();
  for (const [at, entry] of entries.entries()) {
    const isRefused = /(^\/)|(^|\/)\.\.(\/|$)/.test(entry.name);
    const name = isRefused ? `${at}${"x".repeat(entry.name.length - String(at).length)}` : entry.name;
    if (isRefused) replaced.set(name, entry.name);
    const common = {
      forceZip64Format: entry.zip64 ?? false,
      ...(entry.mode === undefined ? {} : { mode: entry.mode }),
    };
    if (entry.path !== undefined) zip.addFile(entry.path, name, common);
    else zip.addBuffer(Buffer.from(entry.bytes ?? ""), name, common);
  }
  zip.end({ forceZip64Format: entries.some((entry) => entry.zip64), comment: "" });
  await pipeline(
    Readable.from(withNames(Readable.from(zip.outputStream), replaced)),
    createWriteStream(file),
  );
  if (options.cutTo !== undefined) await truncate(file, options.cutTo);
}

async function* withNames(
  chunks: AsyncIterable<Buffer>,
  replaced: Map<string, string>,
): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    let text = chunk.toString("latin1");
    for (const [from, to] of replaced) text = text.replaceAll(from, to);
    yield Buffer.from(text, "latin1");
  }
}

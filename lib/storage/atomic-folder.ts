import "server-only";
import { randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import path from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { FSDriver } from "flydrive/drivers/fs";

/**
 * flydrive's folder driver with writes that are whole or not there at all: each goes to a name of its own beside the
 * target, reaches the disk, and is renamed over it.
 */
export class AtomicFolderDriver extends FSDriver {
  readonly #root: string;

  constructor(root: string) {
    super({ location: root, visibility: "private" });
    this.#root = root;
  }

  override async put(key: string, contents: string | Uint8Array): Promise<void> {
    await this.#replace(key, async (temporary) => {
      const file = await open(temporary, "wx");
      try {
        await file.writeFile(contents);
        await file.sync();
      } finally {
        await file.close();
      }
    });
  }

  override async putStream(key: string, contents: Readable): Promise<void> {
    await this.#replace(key, (temporary) =>
      pipeline(contents, createWriteStream(temporary, { flags: "wx", flush: true })),
    );
  }

  override async getBytes(key: string): Promise<Uint8Array> {
    return readFile(this.pathOf(key));
  }

  /** Takes a file into the folder by renaming it; falls back to a copy where it lies on another disk. */
  async adopt(key: string, source: string): Promise<boolean> {
    const target = this.pathOf(key);
    await mkdir(path.dirname(target), { recursive: true });
    try {
      await rename(source, target);
      return true;
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "EXDEV") return false;
      throw error;
    }
  }

  pathOf(key: string): string {
    return path.join(this.#root, key);
  }

  async #replace(key: string, write: (temporary: string) => Promise<void>): Promise<void> {
    const target = this.pathOf(key);
    const temporary = `${target}.${randomUUID()}.tmp`;
    await mkdir(path.dirname(target), { recursive: true });
    try {
      await write(temporary);
      await rename(temporary, target);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  }
}

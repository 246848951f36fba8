import "server-only";
import { createHash } from "node:crypto";
import { appendFileSync, closeSync, fstatSync, mkdirSync, openSync, readSync } from "node:fs";
import path from "node:path";
import { plain } from "./rules/judgement.ts";

/**
 * What the simulator remembers of the questions that it wrote: each one's key. Kept in memory and in files, so
 * that other processes and later starts know it too.
 */
export type QuestionStore = {
  remember(question: string, choices: readonly string[], key: string): void;
  /** The key's text in its plain form, or undefined for a question that no simulator on this folder wrote. */
  findKey(question: string, choices: readonly string[]): string | undefined;
};

type Shard = { file: string; readTo: number; rest: string };

/**
 * Opens the store in a folder (made when first written to), or a store in memory alone.
 *
 * Files: 256 shards of lines `id TAB key`, appended in one write each, so that processes don't mix their lines;
 * each write begins with a line break, so that a line cut off by a crash spoils no other. A question that is not
 * in memory costs one look at its shard's size and a read of what was added since: the cost of a call does not
 * grow with the number of questions. Memory: about 150 bytes for each question met.
 */
export function openQuestionStore(folder: string | undefined): QuestionStore {
  const keys = new Map<string, string>();
  const shards = new Map<string, Shard>();

  const shardOf = (id: string, root: string) => {
    const name = id.slice(0, 2);
    let shard = shards.get(name);
    if (!shard) {
      shard = { file: path.join(root, `${name}.tsv`), readTo: 0, rest: "" };
      shards.set(name, shard);
    }
    return shard;
  };

  return {
    remember(question, choices, key) {
      const id = questionId(question, choices);
      const kept = plain(key);
      if (keys.get(id) === kept) return;
      keys.set(id, kept);
      if (folder === undefined) return;
      appendLine(shardOf(id, folder).file, `\n${id}\t${kept}\n`);
    },
    findKey(question, choices) {
      const id = questionId(question, choices);
      const known = keys.get(id);
      if (known !== undefined || folder === undefined) return known;
      readNews(shardOf(id, folder), keys);
      return keys.get(id);
    },
  };
}

/** The same for any order of the choices and any spacing: a request shows them shuffled. */
function questionId(question: string, choices: readonly string[]): string {
  const parts = [plain(question), ...choices.map(plain).sort()];
  return createHash("sha1").update(parts.join("\u0000")).digest("hex").slice(0, 20);
}

function appendLine(file: string, line: string): void {
  try {
    appendFileSync(file, line);
  } catch (error) {
    if (!isMissing(error)) throw error;
    mkdirSync(path.dirname(file), { recursive: true });
    appendFileSync(file, line);
  }
}

/** Takes in what was added to a shard since it was last read. */
function readNews(shard: Shard, keys: Map<string, string>): void {
  let handle: number;
  try {
    handle = openSync(shard.file, "r");
  } catch (error) {
    if (isMissing(error)) return;
    throw error;
  }
  try {
    const size = fstatSync(handle).size;
    // A shard that shrank was emptied by someone: it is read from its beginning.
    if (size < shard.readTo) Object.assign(shard, { readTo: 0, rest: "" });
    if (size === shard.readTo) return;
    const news = Buffer.alloc(size - shard.readTo);
    const length = readSync(handle, news, 0, news.length, shard.readTo);
    shard.readTo += length;
    const lines = (shard.rest + news.toString("latin1", 0, length)).split("\n");
    shard.rest = lines.pop() ?? "";
    for (const line of lines) {
      const tab = line.indexOf("\t");
      if (tab === 20)
        keys.set(line.slice(0, tab), Buffer.from(line.slice(tab + 1), "latin1").toString("utf8"));
    }
  } finally {
    closeSync(handle);
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

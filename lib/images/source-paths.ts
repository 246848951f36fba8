/**
 * Paths that a table or an archive gives. They come from strangers: a path is only ever used to look a name up in a
 * list, or below a folder after this file has said that it stays there.
 */

/**
 * The parts of a relative path, slashes of either kind, without `.`; null when it is absolute, climbs out with `..`,
 * names a drive, or holds a NUL. A `..` that stays inside is resolved.
 */
export function splitInside(path: string): string[] | null {
  if (path.includes("\0") || /^[a-z]:/i.test(path) || /^[/\\]/.test(path)) return null;
  const parts: string[] = [];
  for (const part of path.split(/[/\\]/)) {
    if (part === "" || part === ".") continue;
    if (part === "..") {
      if (parts.length === 0) return null;
      parts.pop();
    } else {
      parts.push(part);
    }
  }
  return parts.length === 0 ? null : parts;
}

/** Files that systems and archivers leave behind and nobody means. */
export function isRubbish(path: string): boolean {
  return path
    .split(/[/\\]/)
    .some(
      (part) => part === "__MACOSX" || part === ".DS_Store" || part === "Thumbs.db" || part.startsWith("._"),
    );
}

export type TableFormat = "jsonl" | "csv";

/** The format of a table by its name's ending; null when it is none. */
export function tableFormatOf(path: string): TableFormat | null {
  if (/\.(jsonl|jsonlines|ndjson)$/i.test(path)) return "jsonl";
  if (/\.(csv|tsv)$/i.test(path)) return "csv";
  return null;
}

/** Whether a name's ending is one that pictures have. Only to sort what was dropped: what a file is, its content says. */
export function looksLikeImageName(path: string): boolean {
  return /\.(jpe?g|jpe|jfif|png|webp|gif|avif|tiff?)$/i.test(path);
}

/**
 * An index of files by path, to find an image that a table names: by its path beside the table, in an `images` folder
 * beside it, from the top of the source, or, where exactly one file has it, by its bare name.
 */
export class FileIndex<T> {
  readonly #byPath = new Map<string, T>();
  readonly #byName = new Map<string, string[]>();

  /** Of two files with one path, the first counts. */
  add(path: string, value: T): void {
    if (this.#byPath.has(path)) return;
    this.#byPath.set(path, value);
    const name = path.slice(path.lastIndexOf("/") + 1);
    const paths = this.#byName.get(name);
    if (paths) paths.push(path);
    else this.#byName.set(name, [path]);
  }

  get size(): number {
    return this.#byPath.size;
  }

  paths(): IterableIterator<string> {
    return this.#byPath.keys();
  }

  get(path: string): T | undefined {
    return this.#byPath.get(path);
  }

  find(
    name: string,
    tableFolder: string,
  ):
    | { kind: "found"; path: string; value: T }
    | { kind: "outside" | "missing" }
    | { kind: "ambiguous"; count: number } {
    const fromTable = splitInside(tableFolder === "" ? name : `${tableFolder}/${name}`);
    const parts = splitInside(name);
    if (/^([a-z]:|[/\\])/i.test(name) || fromTable === null) return { kind: "outside" };
    const candidates = [fromTable.join("/")];
    if (parts) {
      candidates.push(
        [...(tableFolder === "" ? [] : [tableFolder]), "images", ...parts].join("/"),
        parts.join("/"),
      );
    }
    for (const path of candidates) {
      const value = this.#byPath.get(path);
      if (value !== undefined) return { kind: "found", path, value };
    }
    if (parts?.length !== 1) return { kind: "missing" };
    const paths = this.#byName.get(parts[0] ?? "") ?? [];
    if (paths.length > 1) return { kind: "ambiguous", count: paths.length };
    const path = paths[0];
    const value = path === undefined ? undefined : this.#byPath.get(path);
    return path === undefined || value === undefined ? { kind: "missing" } : { kind: "found", path, value };
  }
}

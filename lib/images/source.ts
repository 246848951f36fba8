import type { RowProblem } from "#lib/images/problems.ts";
import type { TableFormat } from "#lib/images/source-paths.ts";

/** A captions table and the pictures that it names, wherever they lie. */
export interface ImportSource {
  /** The captions file's name, for messages. */
  tableName: string;
  format: TableFormat;
  openTable(): Promise<AsyncIterable<Uint8Array>>;
  /** Finds the file of a picture; nothing is read yet. */
  find(image: string): Promise<FoundImage | { kind: "problem"; problem: RowProblem }>;
  /** What is wrong with the source apart from its rows. */
  problems: readonly { file: string; problem: RowProblem }[];
  close(): Promise<void>;
}

export interface FoundImage {
  kind: "found";
  /** Its path in the source. */
  file: string;
  /** The file's bytes, or what keeps them from being read. At most `MAX_IMAGE_BYTES` are ever held. */
  read(): Promise<{ ok: true; bytes: Buffer } | { ok: false; problem: RowProblem }>;
}

/** Where an import takes its rows and pictures from. */
export type SourceSpec =
  | { kind: "folder"; captions: string; images: string }
  | { kind: "zip"; path: string }
  /** What a browser sent for this import. */
  | { kind: "upload"; importId: string };

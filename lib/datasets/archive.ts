import "server-only";
import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { createInterface } from "node:readline";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { ZipFile } from "yazl";
import { readmeFile, templateFile, trainingConfig, trainScript } from "#lib/datasets/export-files.ts";
import { DATA_FILE, datasetInfo, toLlamaFactoryRow } from "#lib/datasets/llamafactory.ts";
import { buildManifest, type FileHash, type Manifest, type VersionFacts } from "#lib/datasets/manifest.ts";
import { renderRecord } from "#lib/datasets/render-record.ts";
import {
  type ExportOptions,
  type FrozenRecord,
  frozenRecordSchema,
  TRAINING_PIXELS,
} from "#lib/datasets/schema.ts";
import { entryOptions } from "#lib/datasets/zip-entry.ts";
import { AppError } from "#lib/errors.ts";
import { makeModelPicture } from "#lib/images/picture.ts";
import { readBytes } from "#lib/storage/storage.ts";

export type ArchiveInput = {
  facts: VersionFacts;
  options: ExportOptions;
  /** The version's frozen records on this machine, and the hash that they must have. */
  recordsPath: string;
  contentHash: string;
  /** Where the picture of an image is kept now; null where it is gone. */
  locateImage: (imageId: string) => Promise<{ storageKey: string; sha256: string } | null>;
  outputPath: string;
  signal?: AbortSignal;
  onProgress?: (imagesDone: number, imagesTotal: number) => void;
};

export type Archive = { sha256: string; bytes: number; manifest: Manifest };

/**
 * Writes a version as a LLaMA-Factory archive. Everything streams: no more than one picture is in memory at a time.
 *
 * @throws AppError `internal` where the frozen records were changed, `conflict` where a picture is gone or another one
 *   than was approved.
 */
export async function writeArchive(input: ArchiveInput): Promise<Archive> {
  const images = await readImages(input);
  const zip = new ZipFile();
  const entry = entryOptions();
  const folder = archiveFolder(input.facts);
  const hashes = new Map<string, FileHash>();
  const add = (path: string, open: () => Readable | Promise<Readable>, compress = true) => {
    zip.addReadStreamLazy(`${folder}/${path}`, { ...entry, compress }, (done) => {
      Promise.resolve()
        .then(open)
        .then((stream) => {
          const meter = hashingStream((hash) => hashes.set(path, hash));
          stream.on("error", (error) => meter.destroy(error));
          meter.on("error", (error) => zip.emit("error", error));
          done(null, stream.pipe(meter));
        })
        .catch((error: unknown) => done(error, Readable.from([])));
    });
  };
  const addText = (path: string, text: string) => add(path, () => Readable.from([Buffer.from(text)]));

  addText("README.md", readmeFile({ ...input.facts, images: input.options.images }));
  addText("dataset_info.json", toPrettyJson(datasetInfo()));
  addText("second_look_template.py", templateFile());
  addText("train.py", trainScript());
  addText("train.yaml", trainingConfig(input.facts.summary));
  add(DATA_FILE, () => Readable.from(dataRows(input)));
  add("records.jsonl", () => createReadStream(input.recordsPath));
  let imagesDone = 0;
  for (const [path, image] of images) {
    add(
      path,
      async () => {
        const bytes = await readPicture(image, input);
        imagesDone += 1;
        input.onProgress?.(imagesDone, images.size);
        return Readable.from([bytes]);
      },
      false,
    );
  }
  // Last, because it names the hash of every other file.
  let manifest: Manifest | undefined;
  zip.addReadStreamLazy(`${folder}/manifest.json`, { ...entry, compress: true }, (done) => {
    manifest = buildManifest(input.facts, input.options, input.contentHash, hashes);
    done(null, Readable.from([Buffer.from(toPrettyJson(manifest))]));
  });
  zip.end();

  const written = await writeZip(zip, input);
  if (!manifest) throw new AppError("internal", "The archive ended before its manifest was written.");
  return { ...written, manifest };
}

/** The archive's one folder, which is also its file name without the ending. */
export function archiveFolder({
  datasetName,
  versionNumber,
}: Pick<VersionFacts, "datasetName" | "versionNumber">): string {
  const slug = datasetName
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]+/gu, "-")
    .replace(/^-+|-+$/gu, "");
  return `${slug || "dataset"}-v${versionNumber}`;
}

/** The path of a record's picture in the archive: one file for each content. */
export function imagePath(
  record: Pick<FrozenRecord, "imageSha256" | "imageMime">,
  images: ExportOptions["images"],
): string {
  return `images/${record.imageSha256.slice(0, 24)}.${extensionOf(record.imageMime, images)}`;
}

async function writeZip(zip: ZipFile, input: ArchiveInput): Promise<{ sha256: string; bytes: number }> {
  let result: FileHash = { sha256: "", bytes: 0 };
  const meter = hashingStream((hash) => {
    result = hash;
  });
  // What yazl declares as a bare stream is a PassThrough.
  const source = zip.outputStream as Readable;
  zip.on("error", (error: unknown) =>
    source.destroy(error instanceof Error ? error : new Error(String(error))),
  );
  await pipeline(source, meter, createWriteStream(input.outputPath, { flags: "w" }), {
    ...(input.signal ? { signal: input.signal } : {}),
  });
  return result;
}

/** Passes bytes through and says at the end what they were. */
function hashingStream(onEnd: (hash: FileHash) => void): Transform {
  const hash = createHash("sha256");
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      bytes += chunk.length;
      done(null, chunk);
    },
    flush(done) {
      onEnd({ sha256: hash.digest("hex"), bytes });
      done();
    },
  });
}

type ImageToRead = { imageId: string; sha256: string };

/** Checks that the frozen records are what was frozen, and lists their pictures. */
async function readImages(input: ArchiveInput): Promise<Map<string, ImageToRead>> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(input.recordsPath)) hash.update(chunk as Buffer);
  if (hash.digest("hex") !== input.contentHash) {
    throw new AppError(
      "internal",
      "The stored records of this version are not what was frozen. Restore the storage from a backup; nothing was exported.",
    );
  }
  const images = new Map<string, ImageToRead>();
  for await (const record of readRecords(input.recordsPath)) {
    const { imageId, imageSha256: sha256 } = record;
    images.set(imagePath(record, input.options.images), { imageId, sha256 });
  }
  return images;
}

async function readPicture({ imageId, sha256 }: ImageToRead, input: ArchiveInput): Promise<Uint8Array> {
  const found = await input.locateImage(imageId);
  if (!found) {
    throw new AppError(
      "conflict",
      "A picture of this version was deleted since, so it can't be exported any more.",
      {
        details: { imageId },
      },
    );
  }
  const original = await readBytes(found.storageKey);
  if (createHash("sha256").update(original).digest("hex") !== sha256) {
    throw new AppError(
      "conflict",
      "A picture of this version was replaced by another since, so it can't be exported.",
      {
        details: { imageId },
      },
    );
  }
  if (input.options.images === "original") return original;
  return (await makeModelPicture(original, { maxPixels: TRAINING_PIXELS })).bytes;
}

async function* dataRows({ recordsPath, facts, options }: ArchiveInput): AsyncGenerator<Buffer> {
  let separator = "[\n";
  for await (const record of readRecords(recordsPath)) {
    const row = toLlamaFactoryRow(
      record.traceRevisionId,
      renderRecord(record, facts.recipe),
      imagePath(record, options.images),
    );
    yield Buffer.from(`${separator}${JSON.stringify(row)}`);
    separator = ",\n";
  }
  yield Buffer.from("\n]\n");
}

async function* readRecords(path: string): AsyncGenerator<FrozenRecord> {
  const lines = createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY });
  for await (const line of lines) {
    if (line !== "") yield frozenRecordSchema.parse(JSON.parse(line));
  }
}

function extensionOf(mime: string, images: ExportOptions["images"]): string {
  if (images === "training") return mime === "image/png" || mime === "image/gif" ? "png" : "jpg";
  return EXTENSIONS[mime] ?? "jpg";
}

const EXTENSIONS: Record<string, string> = {
  "image/jpeg": "jpg",
  "image/png": "png",
  "image/gif": "gif",
  "image/webp": "webp",
  "image/avif": "avif",
  "image/tiff": "tiff",
};

function toPrettyJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

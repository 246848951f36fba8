import { crc32, deflateSync } from "node:zlib";
import sharp from "sharp";

/** Small pictures for tests, each made here so that it is known what stands in them. */

/** A field of one colour with a darker bar, so that two seeds never give the same bytes. */
export async function makePicture(
  seed: number,
  options: {
    width?: number;
    height?: number;
    format?: "jpeg" | "png" | "webp" | "gif" | "avif" | "tiff";
  } = {},
): Promise<Buffer> {
  const { width = 64, height = 48, format = "jpeg" } = options;
  const colour = { r: (seed * 53) % 256, g: (seed * 97) % 256, b: (seed * 151) % 256 };
  const bar = await sharp({ create: { width: 8 + (seed % 8), height: 8, channels: 3, background: "#222" } })
    .png()
    .toBuffer();
  return sharp({ create: { width, height, channels: 3, background: colour } })
    .composite([{ input: bar, left: seed % 16, top: seed % 8 }])
    .toFormat(format)
    .toBuffer();
}

/** A JPEG of noise of about the given size: what compresses badly is large. */
export async function makeNoise(width: number, height: number): Promise<Buffer> {
  return sharp({
    create: {
      width,
      height,
      channels: 3,
      background: "#888",
      noise: { type: "gaussian", mean: 128, sigma: 60 },
    },
  })
    .jpeg({ quality: 95 })
    .toBuffer();
}

/** 64 × 48 as stored; upright it is 48 × 64, with what is stored at the left standing at the top. */
export async function makeSidewaysJpeg(): Promise<Buffer> {
  const left = await sharp({ create: { width: 16, height: 48, channels: 3, background: "#ff0000" } })
    .png()
    .toBuffer();
  return sharp({ create: { width: 64, height: 48, channels: 3, background: "#0000ff" } })
    .composite([{ input: left, left: 0, top: 0 }])
    .jpeg({ quality: 95 })
    .withMetadata({ orientation: 6 })
    .toBuffer();
}

export async function makeCmykJpeg(): Promise<Buffer> {
  return sharp({ create: { width: 40, height: 30, channels: 3, background: "#cc2222" } })
    .toColourspace("cmyk")
    .jpeg()
    .toBuffer();
}

/** A PNG of a few hundred bytes whose header claims any size. */
export function makePngBomb(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(Buffer.alloc(1000))),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

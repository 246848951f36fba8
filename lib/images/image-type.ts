/** The image formats that are taken, told by a file's first bytes and never by its name. */
export const IMAGE_TYPES = {
  jpeg: { mime: "image/jpeg", extension: "jpg" },
  png: { mime: "image/png", extension: "png" },
  webp: { mime: "image/webp", extension: "webp" },
  gif: { mime: "image/gif", extension: "gif" },
  avif: { mime: "image/avif", extension: "avif" },
  tiff: { mime: "image/tiff", extension: "tif" },
} as const;

export type ImageType = keyof typeof IMAGE_TYPES;

/**
 * What a file is by its content: a format that is taken, a known one that is not (`other`, by its usual name), or none.
 * SVG is text that a decoder would run: it counts as none.
 */
export function sniffImage(bytes: Uint8Array): { type: ImageType } | { other: string } | null {
  if (startsWith(bytes, [0xff, 0xd8, 0xff])) return { type: "jpeg" };
  if (startsWith(bytes, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return { type: "png" };
  const text = String.fromCharCode(...bytes.subarray(0, 16));
  if (text.startsWith("GIF87a") || text.startsWith("GIF89a")) return { type: "gif" };
  if (text.startsWith("RIFF") && text.slice(8, 12) === "WEBP") return { type: "webp" };
  if (startsWith(bytes, [0x49, 0x49, 0x2a, 0x00]) || startsWith(bytes, [0x4d, 0x4d, 0x00, 0x2a]))
    return { type: "tiff" };
  if (text.slice(4, 8) === "ftyp") return sniffBoxes(bytes);
  if (text.startsWith("BM") && bytes.length > 14) return { other: "BMP" };
  if (text.startsWith("8BPS")) return { other: "Photoshop" };
  if (text.startsWith("%PDF")) return { other: "PDF" };
  if (startsWith(bytes, [0xff, 0x0a]) || text.slice(4, 8) === "JXL ") return { other: "JPEG XL" };
  if (text.slice(4, 8) === "jP  ") return { other: "JPEG 2000" };
  return null;
}

/** AVIF and HEIC share a container; its brands tell which. */
function sniffBoxes(bytes: Uint8Array): { type: ImageType } | { other: string } | null {
  const size = new DataView(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 4)).getUint32(0);
  const brands = String.fromCharCode(...bytes.subarray(8, Math.min(size, 64, bytes.length)));
  if (/avi[fs]/.test(brands)) return { type: "avif" };
  if (/hei[cxms]|hev[cx]/.test(brands)) return { other: "HEIC" };
  return null;
}

function startsWith(bytes: Uint8Array, start: readonly number[]): boolean {
  return start.every((byte, at) => bytes[at] === byte);
}

import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { fitWithin } from "#lib/images/fit.ts";
import { sniffImage } from "#lib/images/image-type.ts";
import { checkImage, makeBrowserPicture, makeDerivatives, makeModelPicture } from "#lib/images/picture.ts";
import {
  makeCmykJpeg,
  makeNoise,
  makePicture,
  makePngBomb,
  makeSidewaysJpeg,
} from "#lib/images/test-pictures.ts";

describe("what a file is", () => {
  it.each(["jpeg", "png", "webp", "gif", "avif", "tiff"] as const)("takes %s", async (format) => {
    const bytes = await makePicture(1, { format });
    expect(await checkImage(bytes)).toMatchObject({
      ok: true,
      image: { type: format, mime: `image/${format}`, width: 64, height: 48 },
    });
    const made = await makeDerivatives(bytes);
    expect(await sharp(made?.thumb).metadata()).toMatchObject({ format: "webp", width: 64, height: 48 });
  });

  it("refuses what is no image, whatever it is called", async () => {
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"></svg>');
    for (const bytes of [Buffer.from("plain text"), svg, Buffer.alloc(0)]) {
      expect(await checkImage(bytes)).toEqual({ ok: false, problem: { code: "not_an_image" } });
    }
    expect(sniffImage(Buffer.from("\0\0\0\x18ftypheic\0\0\0\0mif1heic", "latin1"))).toEqual({
      other: "HEIC",
    });
    expect(await checkImage(Buffer.from("%PDF-1.7 something"))).toMatchObject({
      problem: { code: "unsupported_image", format: "PDF" },
    });
  });

  it("refuses a bomb by its header, without decoding it", async () => {
    const started = performance.now();
    expect(await checkImage(makePngBomb(20_000, 20_000))).toEqual({
      ok: false,
      problem: { code: "too_many_pixels", width: 20_000, height: 20_000 },
    });
    expect(performance.now() - started).toBeLessThan(1000);
  });

  it("finds a file that breaks off, when it is decoded", async () => {
    const whole = await makeNoise(200, 200);
    const half = whole.subarray(0, whole.length / 2);
    expect((await checkImage(half)).ok).toBe(true);
    expect(await makeDerivatives(half)).toBeNull();
    expect(await makeDerivatives(makePngBomb(500, 500))).toBeNull();
    expect(await checkImage(Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3]))).toMatchObject({
      problem: { code: "broken_image" },
    });
  });
});

describe("the sizes that are shown", () => {
  it("stand upright", async () => {
    const bytes = await makeSidewaysJpeg();
    expect(await checkImage(bytes)).toMatchObject({ image: { width: 48, height: 64 } });
    const made = await makeDerivatives(bytes);
    const { data, info } = await sharp(made?.view).raw().toBuffer({ resolveWithObject: true });
    expect(info).toMatchObject({ width: 48, height: 64 });
    expect(data[0]).toBeGreaterThan(200);
    expect(data.at(-info.channels)).toBeLessThan(60);
  });

  it("are in sRGB when the file is CMYK", async () => {
    const bytes = await makeCmykJpeg();
    expect((await sharp(bytes).metadata()).space).toBe("cmyk");
    const made = await makeDerivatives(bytes);
    expect(await sharp(made?.view).metadata()).toMatchObject({ space: "srgb", channels: 3 });
  });

  it("keep to their limits, with a placeholder of some hundred bytes", async () => {
    const made = await makeDerivatives(await makeNoise(2400, 1200));
    expect(await sharp(made?.view).metadata()).toMatchObject({ width: 1600, height: 800 });
    expect(await sharp(made?.thumb).metadata()).toMatchObject({ width: 320, height: 160 });
    expect(made?.placeholder).toMatch(/^data:image\/webp;base64,/);
    expect(made?.placeholder.length).toBeLessThan(600);
  });
});

describe("the picture for a model", () => {
  it("keeps to the area, is the same each time, and never grows", async () => {
    const bytes = await makeNoise(1000, 600);
    const first = await makeModelPicture(bytes, { maxPixels: 512 * 512 });
    expect(first).toMatchObject({ mime: "image/jpeg", width: 660, height: 396 });
    expect(first.width * first.height).toBeLessThanOrEqual(512 * 512);
    expect((await makeModelPicture(bytes, { maxPixels: 512 * 512 })).bytes.equals(first.bytes)).toBe(true);
    expect(await makeModelPicture(await makePicture(1), { maxPixels: 512 * 512 })).toMatchObject({
      width: 64,
    });
    expect(await makeModelPicture(bytes, { maxSide: 512 })).toMatchObject({ width: 512, height: 307 });
  });

  it("stands upright, and on white where it is transparent", async () => {
    expect(await makeModelPicture(await makeSidewaysJpeg(), { maxPixels: 1e6 })).toMatchObject({
      width: 48,
      height: 64,
    });
    const clear = await sharp({ create: { width: 4, height: 4, channels: 4, background: "#0000" } })
      .png()
      .toBuffer();
    const picture = await makeModelPicture(clear, { maxPixels: 1e6 });
    expect(picture.mime).toBe("image/png");
    expect([...(await sharp(picture.bytes).raw().toBuffer())].every((value) => value === 255)).toBe(true);
  });

  it("is made for browsers from formats that they do not show", async () => {
    const picture = await makeBrowserPicture(await makePicture(3, { format: "tiff" }));
    expect(await sharp(picture).metadata()).toMatchObject({ format: "webp", width: 64, height: 48 });
  });

  it("is fitted in whole pixels", () => {
    expect(fitWithin({ width: 10_000, height: 1 }, { maxPixels: 100 })).toEqual({ width: 1000, height: 1 });
    expect(fitWithin({ width: 3, height: 5 }, {})).toEqual({ width: 3, height: 5 });
    expect(fitWithin({ width: 4000, height: 1000 }, { maxPixels: 1e6, maxSide: 1000 })).toEqual({
      width: 1000,
      height: 250,
    });
  });
});

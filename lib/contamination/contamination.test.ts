import fc from "fast-check";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { hashPicture } from "#lib/contamination/hash-picture.ts";
import { BenchmarkIndex, type IndexedItem } from "#lib/contamination/match.ts";
import { hashDistance, perceptualHash } from "#lib/contamination/perceptual-hash.ts";
import { shinglesOf } from "#lib/contamination/shingles.ts";

/** A picture with some structure: boxes whose places and greys follow from a number. */
async function makeScene(seed: number, width = 400, height = 300): Promise<Buffer> {
  let state = seed * 7919 + 17;
  const next = (below: number) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return Math.floor((state / 2147483648) * below);
  };
  const boxes = Array.from({ length: 12 }, () => {
    const grey = next(256);
    return `<rect x="${next(360)}" y="${next(260)}" width="${40 + next(160)}" height="${40 + next(120)}" fill="rgb(${grey},${next(256)},${grey})"/>`;
  });
  return sharp(
    Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 300" width="${width}" height="${height}"><rect width="400" height="300" fill="#ccc"/>${boxes.join("")}</svg>`,
    ),
  )
    .png()
    .toBuffer();
}

describe("the perceptual hash", () => {
  it("hardly changes with size, format, compression and brightness", async () => {
    const scene = await makeScene(1);
    const own = await hashOf(scene);
    const changed = await Promise.all([
      sharp(scene).resize(200).jpeg({ quality: 40 }).toBuffer(),
      sharp(scene).webp({ quality: 30 }).toBuffer(),
      sharp(scene).modulate({ brightness: 1.15 }).jpeg().toBuffer(),
      sharp(scene).grayscale().jpeg().toBuffer(),
      makeScene(1, 1200, 900),
    ]);
    for (const picture of changed) expect(hashDistance(own, await hashOf(picture))).toBeLessThanOrEqual(6);
  });

  it("is far from those of other pictures", async () => {
    const hashes = await Promise.all(
      Array.from({ length: 12 }, async (_, seed) => hashOf(await makeScene(seed + 1))),
    );
    for (const [index, one] of hashes.entries())
      for (const other of hashes.slice(index + 1)) expect(hashDistance(one, other)).toBeGreaterThan(10);
  });

  it("knows a mirror image, and a picture that lies on its side by its orientation tag", async () => {
    const scene = await makeScene(3);
    const { mirror } = (await hashPicture(scene)) ?? { mirror: null };
    const turned = await hashOf(await sharp(scene).flop().png().toBuffer());
    if (!mirror) throw new Error("the scene has a hash");
    expect(hashDistance(mirror, turned)).toBeLessThanOrEqual(2);
    const tagged = await sharp(scene)
      .rotate(270)
      .withMetadata({ orientation: 6 })
      .jpeg({ quality: 95 })
      .toBuffer();
    expect(hashDistance(await hashOf(scene), await hashOf(tagged))).toBeLessThanOrEqual(6);
  });

  it("is none of a flat picture, and of what is no picture", async () => {
    const flat = await sharp({ create: { width: 64, height: 64, channels: 3, background: "#777" } })
      .png()
      .toBuffer();
    expect(await hashPicture(flat)).toEqual({
      ...{ hash: null, mirror: null, otherHashes: null, otherMirrors: null },
    });
    expect(await hashPicture(Buffer.from("no picture"))).toBeNull();
    expect(() => perceptualHash([1, 2, 3])).toThrow(RangeError);
  });
});

describe("a transparent picture", () => {
  const OPTIONS = { mostDistance: 6 };

  /** Dark marks and light marks with nothing behind them: each ground shows others of them. */
  async function makeLogo(): Promise<Buffer> {
    const marks = Array.from({ length: 9 }, (_, index) => {
      const grey = index % 3 === 0 ? 20 : index % 3 === 1 ? 235 : 128;
      return `<circle cx="${40 + ((index * 83) % 320)}" cy="${30 + ((index * 59) % 240)}" r="${18 + ((index * 13) % 34)}" fill="rgb(${grey},${grey},${grey})"/>`;
    });
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 300" width="400" height="300">${marks.join("")}</svg>`;
    return sharp(Buffer.from(svg)).png().toBuffer();
  }

  async function asItem(bytes: Buffer, id: string): Promise<IndexedItem> {
    const hashed = await hashPicture(bytes);
    if (!hashed) throw new Error("it is a picture");
    const { hash, mirror, ...others } = hashed;
    return {
      ...{ id, benchmarkId: "b", question: "", imageSha256: null },
      ...{ imageHash: hash, mirrorHash: mirror, ...others },
    };
  }

  it("is known again on white, grey and black, from either side, and mirrored", async () => {
    const logo = await makeLogo();
    const grounds = ["#ffffff", "#808080", "#000000"];
    const laid = await Promise.all(
      grounds.map((background) => sharp(logo).flatten({ background }).jpeg({ quality: 85 }).toBuffer()),
    );
    const own = await hashPicture(logo);
    if (!own) throw new Error("it is a picture");
    for (const [place, copy] of laid.entries()) {
      const name = grounds[place];
      // The benchmark has it laid on a ground, the project has the transparent one; and the other way about.
      const index = new BenchmarkIndex();
      index.add(await asItem(copy, "laid"));
      expect(index.findImage({ sha256: null, ...own }, OPTIONS), name).toMatchObject([{ itemId: "laid" }]);
      const other = new BenchmarkIndex();
      other.add(await asItem(logo, "transparent"));
      const hashed = await hashPicture(copy);
      expect(hashed?.otherHashes, name).toBeNull();
      expect(other.findImage({ sha256: null, hash: hashed?.hash ?? null }, OPTIONS), name).toHaveLength(1);
      const turned = await hashPicture(await sharp(copy).flop().png().toBuffer());
      expect(other.findImage({ sha256: null, hash: turned?.hash ?? null }, OPTIONS), name).toMatchObject([
        { isMirrored: true },
      ]);
    }
    // On one ground alone it would not have been: this is what was wrong.
    const alone = new BenchmarkIndex();
    alone.add({ ...(await asItem(logo, "transparent")), otherHashes: null, otherMirrors: null });
    const onBlack = await hashPicture(laid[2] ?? Buffer.alloc(0));
    expect(alone.findImage({ sha256: null, hash: onBlack?.hash ?? null }, OPTIONS)).toEqual([]);
  });

  it("that lets nothing through has one hash, as if it had no such channel", async () => {
    const scene = await makeScene(4);
    const opaque = await sharp(scene).ensureAlpha(1).png().toBuffer();
    expect(await hashPicture(opaque)).toEqual(await hashPicture(scene));
    expect((await hashPicture(opaque))?.otherHashes).toBeNull();
  });

  it("of a benchmark that was hashed on grey alone is still known", async () => {
    const logo = await makeLogo();
    const grey = await hashPicture(await sharp(logo).flatten({ background: "#808080" }).png().toBuffer());
    const own = await hashPicture(logo);
    const index = new BenchmarkIndex();
    index.add({
      ...{ id: "old", benchmarkId: "b", question: "", imageSha256: null },
      ...{ imageHash: grey?.hash ?? null, mirrorHash: grey?.mirror ?? null },
    });
    const { hash = null, otherHashes = null } = own ?? {};
    expect(index.findImage({ sha256: null, hash, otherHashes }, OPTIONS)).toMatchObject([{ itemId: "old" }]);
  });
});

describe("sequences of words", () => {
  it("are eight letters long where a language writes no blanks", () => {
    expect(shinglesOf("图中的桌子上有几个苹果?")).toEqual([
      "图 中 的 桌 子 上 有 几",
      "中 的 桌 子 上 有 几 个",
      "的 桌 子 上 有 几 个 苹",
      "桌 子 上 有 几 个 苹 果",
    ]);
    expect(shinglesOf("写真の中にりんごは3個ありますか").length).toBe(9);
    expect(shinglesOf("ในภาพมีแอปเปิ้ลกี่ลูก").length).toBeGreaterThan(1);
    // Korean and Hindi have blanks.
    expect(shinglesOf("탁자 위에 사과가 몇 개 있습니까")).toHaveLength(1);
  });

  it("find a question in Chinese that begins in another way", () => {
    const index = new BenchmarkIndex();
    index.add({
      id: "a",
      benchmarkId: "A",
      question: "图中的木头桌子上一共放着几个红色的苹果?",
      imageSha256: null,
      imageHash: null,
      mirrorHash: null,
    });
    const options = { leastOverlap: 0.5 };
    expect(index.findQuestion("请问,图中的木头桌子上一共放着几个红色的苹果?", options)).toHaveLength(1);
    expect(index.findQuestion("请看图片,这座房子的屋顶是什么颜色的呢?", options)).toEqual([]);
  });

  it("are eight words long, whatever the punctuation, case and accents", () => {
    expect(shinglesOf("What colour is the café's big roof, on the left?")).toEqual([
      "what colour is the cafe s big roof",
      "colour is the cafe s big roof on",
      "is the cafe s big roof on the",
      "the cafe s big roof on the left",
    ]);
  });

  it("are the whole of a short question, and none of a very short one", () => {
    expect(shinglesOf("How many boats are there?")).toEqual(["how many boats are there"]);
    expect(shinglesOf("What is this?")).toEqual([]);
  });

  it("lose no word and are as many as there are places for them", () => {
    const word = fc.stringMatching(/^[a-z]{1,6}$/);
    fc.assert(
      fc.property(fc.array(word, { minLength: 9, maxLength: 40 }), (words) => {
        const shingles = shinglesOf(words.join(" "));
        expect(shingles).toHaveLength(words.length - 7);
        expect([
          ...(shingles[0]?.split(" ") ?? []),
          ...shingles.slice(1).map((text) => text.split(" ").at(-1)),
        ]).toEqual(words);
      }),
    );
  });
});

describe("BenchmarkIndex", () => {
  const item = (id: string, changes: Partial<IndexedItem> = {}): IndexedItem => ({
    id,
    benchmarkId: "A",
    question: "",
    imageSha256: null,
    imageHash: null,
    mirrorHash: null,
    ...changes,
  });

  it("finds the same question in other dress, with the share that is the same", () => {
    const index = new BenchmarkIndex();
    index.add(item("same", { question: "What colour is the roof of the house on the left?" }));
    index.add(
      item("near", { question: "Tell me: what colour is the roof of the house on the hill over there?" }),
    );
    index.add(item("far", { question: "How many boats lie in the harbour below the two hills?" }));
    const found = index.findQuestion("what COLOUR is the roof of the house on the left", {
      leastOverlap: 0.5,
    });
    expect(found.map(({ itemId }) => itemId)).toEqual(["same", "near"]);
    expect(found[0]?.overlap).toBe(1);
    expect(found[1]?.overlap).toBeCloseTo(3 / 4);
    expect(index.findQuestion("what is this", { leastOverlap: 0.5 })).toEqual([]);
  });

  it("finds pictures by their bytes, their looks and their mirror image, the nearest first", () => {
    const zero = new Uint8Array(8);
    const near = Uint8Array.of(0b11, 0, 0, 0, 0, 0, 0, 0);
    const far = new Uint8Array(8).fill(255);
    const index = new BenchmarkIndex();
    index.add(item("bytes", { imageSha256: "a", imageHash: null }));
    index.add(item("near", { imageHash: near, mirrorHash: far }));
    index.add(item("mirror", { imageHash: far, mirrorHash: zero }));
    index.add(item("far", { imageHash: far, mirrorHash: far }));
    expect(index.findImage({ sha256: "a", hash: zero }, { mostDistance: 6 })).toEqual([
      { itemId: "bytes", distance: 0, isMirrored: false },
      { itemId: "mirror", distance: 0, isMirrored: true },
      { itemId: "near", distance: 2, isMirrored: false },
    ]);
    expect(index.findImage({ sha256: null, hash: null }, { mostDistance: 64 })).toEqual([]);
  });

  it("lists the five nearest of each benchmark, so that one with many hides no other", () => {
    const question = "What colour is the roof of the house on the left?";
    const hash = new Uint8Array(8);
    const index = new BenchmarkIndex();
    for (let place = 0; place < 7; place += 1)
      index.add(item(`a${place}`, { question, imageHash: hash, mirrorHash: hash }));
    index.add(item("b", { benchmarkId: "B", question, imageHash: hash, mirrorHash: hash }));
    const ids = ["a0", "a1", "a2", "a3", "a4", "b"];
    const found = index.findImage({ sha256: null, hash }, { mostDistance: 6 });
    expect(found.map(({ itemId }) => itemId)).toEqual(ids);
    expect(found[0]).toEqual({ itemId: "a0", distance: 0, isMirrored: false });
    expect(index.findQuestion(question, { leastOverlap: 0.5 }).map(({ itemId }) => itemId)).toEqual(ids);
  });
});

async function hashOf(picture: Buffer): Promise<Uint8Array> {
  const hashed = await hashPicture(picture);
  if (!hashed?.hash) throw new Error("the picture has a hash");
  return hashed.hash;
}

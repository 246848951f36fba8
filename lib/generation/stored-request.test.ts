import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { canonicalJson } from "#lib/generation/canonical-json.ts";
import {
  type CallIdentity,
  identifyCall,
  replaceDataUrls,
  toStoredBody,
} from "#lib/generation/stored-request.ts";
import { createUuid7 } from "#lib/generation/uuid7.ts";

describe("replaceDataUrls", () => {
  const url = `data:image/png;base64,${Buffer.from("abc").toString("base64")}`;
  const body = { messages: [{ content: [{ image_url: { url } }, { text: url.slice(0, -1) }] }], n: 2 };
  it("puts an address in the place of a picture, everywhere and nowhere else", () => {
    expect(replaceDataUrls(body, new Map([[url, "https://b.example/x?sig"]]))).toEqual({
      messages: [
        { content: [{ image_url: { url: "https://b.example/x?sig" } }, { text: url.slice(0, -1) }] },
      ],
      n: 2,
    });
    expect(replaceDataUrls(body, new Map())).toEqual(body);
  });
});

describe("canonicalJson", () => {
  it("spells one value one way", () => {
    expect(canonicalJson({ b: [1, { z: null, a: "ü" }], a: undefined, c: true })).toBe(
      '{"b":[1,{"a":"ü","z":null}],"c":true}',
    );
    expect(canonicalJson({ x: 1, y: 2 })).toBe(canonicalJson({ y: 2, x: 1 }));
  });
  it.each([[Number.NaN], [1n], [() => 1], [[undefined]]])("refuses what JSON can't say: %s", (value) => {
    expect(() => canonicalJson(value)).toThrow(TypeError);
  });
});

const call: CallIdentity = {
  endpointId: "e",
  model: "m",
  route: "chat",
  dialect: null,
  promptHash: "p",
  subject: "question:1",
  seed: 7,
  sampleIndex: 0,
  storedBody: toStoredBody({
    messages: [
      { role: "system", content: "s" },
      { role: "user", content: "u" },
    ],
    temperature: 0.7,
  }),
};

describe("identifyCall", () => {
  it("differs with everything that a reply depends on, the system text and the parameters among them", () => {
    const others: CallIdentity[] = [
      { ...call, endpointId: "f" },
      { ...call, model: "n" },
      { ...call, route: "completions" },
      { ...call, dialect: "emulated" },
      { ...call, promptHash: "q" },
      { ...call, subject: "question:2" },
      { ...call, seed: 8 },
      { ...call, seed: null },
      { ...call, sampleIndex: 1 },
      { ...call, storedBody: toStoredBody({ ...call.storedBody.value, temperature: 0.71 }) },
      { ...call, storedBody: toStoredBody({ ...call.storedBody.value, top_p: 0.9 }) },
      {
        ...call,
        storedBody: toStoredBody({
          messages: [
            { role: "system", content: "S" },
            { role: "user", content: "u" },
          ],
          temperature: 0.7,
        }),
      },
    ];
    expect(new Set([call, ...others].map(identifyCall)).size).toBe(others.length + 1);
  });

  it("does not hang on the order of members", () => {
    const { messages, temperature } = call.storedBody.value;
    const storedBody = toStoredBody({ temperature, messages });
    expect(identifyCall({ ...call, storedBody })).toBe(identifyCall(call));
  });

  it("is the hash of all of it as canonical JSON: a reply that was stored years ago is found again", () => {
    for (const subject of [call.subject, 'a "quoted" subject\n']) {
      const whole = canonicalJson({ ...call, subject, storedBody: call.storedBody.value, format: 1 });
      expect(identifyCall({ ...call, subject })).toBe(createHash("sha256").update(whole).digest("hex"));
    }
  });
});

describe("toStoredBody", () => {
  it("puts an image's hash, kind and size in the place of its bytes, and leaves the rest", () => {
    const bytes = Buffer.from("not really a picture");
    const url = `data:image/jpeg;base64,${bytes.toString("base64")}`;
    const body = {
      messages: [
        {
          role: "user",
          content: [
            { type: "image_url", image_url: { url } },
            { type: "text", text: "?" },
          ],
        },
      ],
    };
    const hash = createHash("sha256").update(bytes).digest("hex");
    const stored = toStoredBody(body);
    expect(JSON.parse(stored.json)).toEqual(stored.value);
    expect(stored.value).toEqual({
      messages: [
        {
          role: "user",
          content: [
            { type: "image_url", image_url: { url: `sha256:${hash};image/jpeg;bytes=20` } },
            { type: "text", text: "?" },
          ],
        },
      ],
    });
    expect(body.messages[0]?.content[0]).toEqual({ type: "image_url", image_url: { url } });
  });
});

describe("createUuid7", () => {
  it("is a version 7 UUID that sorts by its time", () => {
    const ids = [1_700_000_000_000, 1_700_000_000_001, 1_800_000_000_000].map(createUuid7);
    for (const id of ids)
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/u);
    expect([...ids].sort()).toEqual(ids);
  });
});

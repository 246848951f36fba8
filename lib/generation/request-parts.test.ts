import { expect, it } from "vitest";
import { readRequestOptions, readRequestParts } from "#lib/generation/request-parts.ts";
import { toStoredBody } from "#lib/generation/stored-request.ts";

const url = `data:image/png;base64,${Buffer.from("abc").toString("base64")}`;

it("reads messages, images by their hash, and raw prompts", () => {
  const { value: body } = toStoredBody({
    model: "m",
    temperature: 0.7,
    messages: [
      { role: "system", content: "Look." },
      {
        role: "user",
        content: [
          { type: "image_url", image_url: { url } },
          { type: "text", text: "What?" },
        ],
      },
      { role: "assistant", content: "<think>" },
    ],
  });
  expect(readRequestParts(body)).toEqual([
    { kind: "text", role: "system", text: "Look." },
    { kind: "image", role: "user", sha256: expect.stringMatching(/^ba7816bf/u), mime: "image/png", bytes: 3 },
    { kind: "text", role: "user", text: "What?" },
    { kind: "text", role: "assistant", text: "<think>" },
  ]);
  expect(readRequestOptions(body)).toEqual({ model: "m", temperature: 0.7 });
  expect(readRequestParts({ prompt: "raw" })).toEqual([{ kind: "text", role: "prompt", text: "raw" }]);
});

it("leaves out what it can't read", () => {
  expect(
    readRequestParts({
      messages: [null, 3, { role: "user" }, { role: "user", content: [null, { image_url: { url: "x" } }] }],
    }),
  ).toEqual([]);
  expect(readRequestParts({})).toEqual([]);
});

it("shows a thought that is preset in a field of its own, and no empty content beside it", () => {
  const last = { role: "assistant", content: "", reasoning_content: "It is red. Wait,", prefix: true };
  expect(readRequestParts({ messages: [last] })).toEqual([
    { kind: "text", role: "assistant, reasoning_content", text: "It is red. Wait," },
  ]);
});

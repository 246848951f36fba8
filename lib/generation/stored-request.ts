import { createHash } from "node:crypto";
import { canonicalJson } from "#lib/generation/canonical-json.ts";

/** A request's body as the ledger keeps it, and the same as canonical JSON: written once, for all that it is needed for. */
export type StoredBody = { readonly value: Record<string, unknown>; readonly json: string };

/**
 * A request's body with each image's bytes replaced by their hash, kind and size. The image itself is in the storage
 * once, not in every call.
 */
export function toStoredBody(body: Record<string, unknown>): StoredBody {
  const value = replaceImages(body) as Record<string, unknown>;
  return { value, json: canonicalJson(value) };
}

/** The body with data URLs replaced by the addresses that are given for them; others stay. */
export function replaceDataUrls(
  body: Record<string, unknown>,
  addresses: ReadonlyMap<string, string>,
): Record<string, unknown> {
  return mapTexts(body, (text) => addresses.get(text) ?? text) as Record<string, unknown>;
}

/** What makes two calls the same call. */
export type CallIdentity = {
  endpointId: string;
  model: string;
  route: "chat" | "completions";
  dialect: string | null;
  promptHash: string | null;
  /** The question, simple thought or image that the reply is for: two of them never share a reply. */
  subject: string;
  seed: number | null;
  sampleIndex: number;
  /** Without what asks for a stream: whether the reply is streamed makes no difference. */
  storedBody: StoredBody;
};

/** SHA-256, in hexadecimal digits, over everything that the reply depends on. */
export function identifyCall({ storedBody, subject, ...call }: CallIdentity): string {
  // The canonical JSON of all of it: keys are sorted, and these two come last.
  const others = canonicalJson({ ...call, format: 1 }).slice(0, -1);
  return createHash("sha256")
    .update(`${others},"storedBody":${storedBody.json},"subject":${JSON.stringify(subject)}}`)
    .digest("hex");
}

function replaceImages(value: unknown): unknown {
  return mapTexts(value, (text) => (text.startsWith("data:image/") ? describeDataUrl(text) : text));
}

function mapTexts(value: unknown, map: (text: string) => string): unknown {
  if (typeof value === "string") return map(value);
  if (Array.isArray(value)) return value.map((member) => mapTexts(member, map));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, mapTexts(member, map)]));
}

function describeDataUrl(url: string): string {
  const comma = url.indexOf(",");
  const mime = url.slice("data:".length, url.indexOf(";"));
  const bytes = Buffer.from(url.slice(comma + 1), "base64");
  return `sha256:${createHash("sha256").update(bytes).digest("hex")};${mime};bytes=${bytes.length}`;
}

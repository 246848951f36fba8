import { describe, expect, it } from "vitest";
import { isSameServer, readBaseUrl } from "#lib/endpoints/address.ts";
import { PUBLISHED_PARAMETERS, SIMULATOR_ENDPOINT } from "#lib/endpoints/defaults.ts";
import { listOffers } from "#lib/endpoints/offers.ts";
import { fitParameters } from "#lib/endpoints/parameters.ts";
import { capabilitiesSchema, parametersSchema } from "#lib/endpoints/schema.ts";

describe("readBaseUrl", () => {
  it.each([
    ["https://api.openai.com/v1/", "https://api.openai.com/v1"],
    [" http://10.0.0.5:8000/v1 ", "http://10.0.0.5:8000/v1"],
    ["http://localhost:8000", "http://localhost:8000"],
    ["simulator:", "simulator:"],
  ])("takes %s", (text, baseUrl) => {
    expect(readBaseUrl(text)).toEqual({ baseUrl, isSimulator: baseUrl === "simulator:" });
  });
  it.each([
    "api.openai.com/v1",
    "file:///etc/passwd",
    "ftp://host/v1",
    "javascript:alert(1)",
    "simulator://x",
    "https://user:pass@host/v1",
    "https://host/v1?key=1",
    "https://host/v1#x",
    "http://169.254.169.254/latest",
    "http://2852039166/latest",
    "http://0xa9fea9fe/",
    "http://[fe80::1]/v1",
    "http://[::ffff:169.254.169.254]/",
    "http://metadata.google.internal/",
    "http://metadata.google.internal./",
    "http://169.254.169.254./latest",
    "http://100.100.100.200/latest",
  ])("refuses %s in a sentence", (text) => {
    expect(readBaseUrl(text)).toEqual({ problem: expect.stringMatching(/^[A-Z].*\.$/u) });
  });
});

describe("isSameServer", () => {
  it("looks at scheme, host and port", () => {
    expect(isSameServer("https://a.com/v1", "https://a.com/v2")).toBe(true);
    expect(isSameServer("https://a.com/v1", "http://a.com/v1")).toBe(false);
    expect(isSameServer("https://a.com/v1", "https://a.com:8443/v1")).toBe(false);
    expect(isSameServer("https://a.com/v1", "simulator:")).toBe(false);
    expect(isSameServer("simulator:", "simulator:")).toBe(true);
  });
});

describe("fitParameters", () => {
  const nothing = capabilitiesSchema.parse({});
  it("sends what is OpenAI's, and withholds the rest where it is not known to be taken", () => {
    expect(
      fitParameters(
        { temperature: 0.6, repetition_penalty: 1.05, top_k: 5, bad_words: ["say"], max_tokens: 9 },
        nothing,
        3,
        "chat",
      ),
    ).toEqual({
      sent: { temperature: 0.6, max_tokens: 9 },
      withheld: { repetition_penalty: 1.05, top_k: 5, bad_words: ["say"], seed: 3 },
    });
    const all = SIMULATOR_ENDPOINT.capabilities;
    expect(
      fitParameters({ repetition_penalty: 1.05, top_k: 5, bad_words: ["say"] }, all, 3, "chat").withheld,
    ).toEqual({});
  });
  it("names the length limit as the endpoint and the route have it", () => {
    const newer = { ...nothing, maxTokensField: "max_completion_tokens" as const };
    expect(fitParameters({ max_tokens: 9 }, newer, null, "chat").sent).toEqual({ max_completion_tokens: 9 });
    expect(fitParameters({ max_tokens: 9 }, newer, null, "completions").sent).toEqual({ max_tokens: 9 });
  });
  it("has published parameters that its own schema takes", () => {
    for (const parameters of Object.values(PUBLISHED_PARAMETERS))
      expect(parametersSchema.parse(parameters)).toEqual(parameters);
  });
});

describe("listOffers", () => {
  it("offers what has a key, without the key", () => {
    const offers = listOffers({ OPENAI_API_KEY: "sk-secret-secret", DEEPSEEK_API_KEY: "" });
    expect(offers.map(({ name }) => name)).toEqual(["OpenAI"]);
    expect(JSON.stringify(offers)).not.toContain("secret");
  });
  it("knows nothing of a server behind another address", () => {
    const [offer] = listOffers({
      OPENAI_API_KEY: "k",
      OPENAI_BASE_URL: "http://gpu:8000/v1",
      OPENAI_MODEL: "llama",
    });
    expect(offer).toMatchObject({
      baseUrl: "http://gpu:8000/v1",
      capabilities: { seed: false, structuredOutput: false },
    });
    expect(offer?.assignments.vlm?.model).toBe("llama");
  });
});

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import OpenAI from "openai";
import { QUESTIONS_JSON_SCHEMA } from "#lib/generation/structured-questions.ts";
import { type Simulator, type SimulatorOptions, startSimulator } from "./server.ts";

/** What the simulator's own tests share: requests for each stage, and servers that are closed after each test. */

export const description =
  'A wide view of a harbor at dusk. Four wooden fishing boats are tied up along a stone pier, and their hulls are painted blue. The nearest boat has the number "27" painted in black on its bow. Behind the boats stands a row of narrow brick warehouses with green shutters. Two gulls sit on a coiled rope in the foreground.';
export const questionText = "How many gulls can be seen?\nChoose one:\n(A) Three\n(B) Two\n(C) Five\n(D) One";
export const image = { type: "image_url", image_url: { url: "data:image/png;base64,iVBORw0KGgo=" } } as const;
export const thinking = "Think in <think> </think>, then answer like this: <answer>(X)</answer>.";
export const ask = {
  model: "simulated-vlm",
  messages: [
    { role: "system", content: thinking },
    { role: "user", content: [image, { type: "text", text: questionText }] },
  ],
} satisfies OpenAI.ChatCompletionCreateParamsNonStreaming;
export const preset = "<think>\nLet me see.\n\nI count three. So the answer is (A) Three. Wait,";
export const reflectPrompt = `<|im_start|>user\n${thinking}\n<description>\n${description}\n</description>\n\nQuestion: ${questionText}<|im_end|>\n<|im_start|>assistant\n${preset}`;
export const writeJson = {
  model: "simulated-writer",
  messages: [
    { role: "user", content: `Write seven questions.\n<description>\n${description}\n</description>` },
  ],
  response_format: {
    type: "json_schema",
    json_schema: { name: "q", schema: { ...QUESTIONS_JSON_SCHEMA.schema } },
  },
} satisfies OpenAI.ChatCompletionCreateParamsNonStreaming;

/** A bench of servers, clients and folders; `clear` closes and removes all of them. */
export function createBench() {
  const open: Simulator[] = [];
  const folders: string[] = [];
  return {
    async start(options: SimulatorOptions = {}): Promise<Simulator> {
      const started = await startSimulator({ seed: "test", playback: [], ...options });
      open.push(started);
      return started;
    },
    async makeFolder(): Promise<string> {
      const folder = await mkdtemp(path.join(tmpdir(), "simulator-"));
      folders.push(folder);
      return folder;
    },
    async clear(): Promise<void> {
      await Promise.all(open.splice(0).map((each) => each.close()));
      await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true })));
    },
  };
}

export function clientOf(server: Simulator, timeout = 30_000): OpenAI {
  return new OpenAI({ baseURL: server.baseUrl, apiKey: "sk-test", maxRetries: 0, timeout });
}

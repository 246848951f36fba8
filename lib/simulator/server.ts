import "server-only";
import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { createRandom, deriveSeed } from "#lib/random.ts";
import { handleAdmin } from "./admin.ts";
import { understandRequest, writeReplies } from "./answering.ts";
import { type Fault, type Misbehaviour, type MisbehaviourInput, parseMisbehaviour } from "./behaviour.ts";
import { createFaultPlan, drawLatency } from "./faults.ts";
import { refuseUnknownParameters } from "./known-parameters.ts";
import { createLimits } from "./limits.ts";
import { describeModel, simulatedModels } from "./models.ts";
import { createPlayback } from "./playback/find.ts";
import { playbackImages } from "./playback/images/all.ts";
import { createTurns } from "./playback/turns.ts";
import type { PlaybackImage } from "./playback/types.ts";
import { parseRequest, RequestError, type Route } from "./request.ts";
import { openQuestionStore } from "./store.ts";
import { stageOf } from "./task.ts";
import { formatBody, formatEvents } from "./wire.ts";
import { createWriter } from "./writer.ts";

export type SimulatorOptions = {
  /** 127.0.0.1 by default. */
  host?: string;
  /** A free one by default. */
  port?: number;
  /** Everything that is drawn comes from it. */
  seed?: string;
  /** Where the questions that it wrote are remembered; in memory alone without it. */
  storeDir?: string;
  misbehaviour?: MisbehaviourInput;
  /** With a key, other keys are answered 401. */
  apiKey?: string;
  /** Opens /admin/misbehaviour, /admin/counts and /admin/captured. */
  admin?: boolean;
  /** How many requests are kept for `captured()`; 0 keeps none. */
  captureLimit?: number;
  playback?: readonly PlaybackImage[];
};

/** A request as it came in, byte for byte in its body. */
export type CapturedRequest = {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string;
};

/** Calls by what they were: "chat", "completions", "models", "stage 1" …, "status 200" …, "fault drop" …. */
export type Counts = Record<string, number>;

export type Simulator = {
  /** With its /v1. */
  baseUrl: string;
  close(): Promise<void>;
  /** Replaces all of the server's misbehaviour; what is left out goes back to its default. */
  setMisbehaviour(misbehaviour: MisbehaviourInput): void;
  captured(): readonly CapturedRequest[];
  counts(): Counts;
  /** Lets the process end although the server is listening. */
  unref(): void;
};

/** Largest body taken: a picture of 512 × 512 pixels needs under 1 MB, a whole camera picture about 20. */
const bodyLimit = 64 * 2 ** 20;

/** Starts a server that speaks the OpenAI wire protocol and stands in for models. Rejects where the port is taken. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const seed = options.seed ?? "simulator";
  const captureLimit = options.captureLimit ?? 1_000;
  const captured: CapturedRequest[] = [];
  const counts: Counts = {};
  const count = (name: string) => {
    counts[name] = (counts[name] ?? 0) + 1;
  };
  let behaviour = parseMisbehaviour(options.misbehaviour);
  let changes = 0;
  let plan = createFaultPlan(behaviour.rules, createRandom(deriveSeed(seed, "faults", changes)));
  const chance = createRandom(deriveSeed(seed, "latency"));
  const limits = createLimits();
  const writer = createWriter({
    store: openQuestionStore(options.storeDir),
    playback: createPlayback(options.playback ?? playbackImages),
    turns: createTurns(),
    rates: () => behaviour.rates,
    seed,
  });
  let calls = 0;

  const setMisbehaviour = (input: MisbehaviourInput) => {
    behaviour = parseMisbehaviour(input);
    changes += 1;
    plan = createFaultPlan(behaviour.rules, createRandom(deriveSeed(seed, "faults", changes)));
  };

  const complete = async (route: Route, call: Call) => {
    count(route);
    calls += 1;
    const callNumber = calls;
    const release = limits.admit(behaviour);
    try {
      const request = parseRequest(route, call.body);
      if (!isKnownModel(request.model)) throw unknownModel(request.model);
      if (behaviour.unknownParameters === "reject") refuseUnknownParameters(request);
      const understood = understandRequest(request, behaviour);
      const stage = stageOf(understood.parts[0]?.task ?? { kind: "talk", said: "" });
      count(`stage ${stage}`);
      const fault = plan.choose({ stage, route, model: request.model });
      if (fault) count(`fault ${fault.kind}`);
      const latency = fault?.kind === "slow" ? fault.latencyMs : behaviour.latencyMs;
      const pause = fault?.kind === "silence" ? fault.ms : drawLatency(latency, chance);
      if (pause > 0 && !(await waited(pause, call.signal))) return;
      if (refuse(call, fault)) return;

      const replies = writeReplies(understood, writer, behaviour, fault, seed, callNumber);
      const id = `${route === "chat" ? "chatcmpl" : "cmpl"}-${randomUUID()}`;
      const created = Math.floor(Date.now() / 1000);
      const field = behaviour.reasoning;
      if (request.stream) {
        await sendStream(
          call,
          formatEvents(request, replies, id, created, field),
          behaviour.eventDelayMs,
          fault,
        );
      } else {
        sendBody(call, formatBody(request, replies, id, created, field), fault);
      }
    } finally {
      release();
    }
  };

  const handle = async (call: Call) => {
    const { method, path } = call;
    if (options.admin && path.startsWith("/admin/")) {
      return handleAdmin(call, { setMisbehaviour, behaviour: () => behaviour, captured, counts });
    }
    if (captureLimit > 0) {
      captured.push({ method, path, headers: flatten(call.request), body: call.body });
      if (captured.length > captureLimit) captured.shift();
    }
    if (options.apiKey !== undefined && call.request.headers.authorization !== `Bearer ${options.apiKey}`) {
      throw new RequestError(401, "Incorrect API key provided.", null, "invalid_api_key");
    }
    if (path === "/v1/models" && method === "GET") {
      count("models");
      return call.json(200, { object: "list", data: simulatedModels.map(describeModel) });
    }
    if (path.startsWith("/v1/models/") && method === "GET") {
      const id = decodeURIComponent(path.slice("/v1/models/".length));
      if (!isKnownModel(id)) throw unknownModel(id);
      return call.json(200, describeModel(id));
    }
    const route = routes.get(path);
    if (!route) throw new RequestError(404, `Invalid URL (${method} ${path})`);
    if (method !== "POST") throw new RequestError(405, `Not allowed to ${method} on ${path}`);
    return complete(route, call);
  };

  const server = createServer((request, response) => {
    receive(request, response, count)
      .then(async (call) => {
        try {
          await handle(call);
        } catch (error) {
          answerError(call, error);
        }
      })
      // The caller went away while sending: there is no one left to answer.
      .catch(() => response.destroy());
  });
  // A test's client keeps connections open between calls for longer than Node's default of 5 seconds.
  server.keepAliveTimeout = 65_000;
  await listen(server, options.port ?? 0, options.host ?? "127.0.0.1");
  const { address, port, family } = server.address() as AddressInfo;
  const host = family === "IPv6" ? `[${address}]` : address === "0.0.0.0" ? "127.0.0.1" : address;

  return {
    baseUrl: `http://${host}:${port}/v1`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
    setMisbehaviour,
    captured: () => captured,
    counts: () => ({ ...counts }),
    unref: () => server.unref(),
  };
}

const routes = new Map<string, Route>([
  ["/v1/chat/completions", "chat"],
  ["/v1/completions", "completions"],
  // DeepSeek has its prefix dialect under another base URL.
  ["/beta/chat/completions", "chat"],
  ["/beta/completions", "completions"],
]);

/** One request with the means to answer it. */
export type Call = {
  method: string;
  path: string;
  body: string;
  request: IncomingMessage;
  response: ServerResponse;
  /** Aborted when the caller goes away. */
  signal: AbortSignal;
  send(status: number, body: string, headers?: Record<string, string>): void;
  json(status: number, value: unknown, headers?: Record<string, string>): void;
};

async function receive(
  request: IncomingMessage,
  response: ServerResponse,
  count: (name: string) => void,
): Promise<Call> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size <= bodyLimit) chunks.push(chunk);
  }
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  const send: Call["send"] = (status, body, headers = {}) => {
    count(`status ${status}`);
    response.writeHead(status, {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(body),
      ...headers,
    });
    response.end(body);
  };
  const call: Call = {
    method: request.method ?? "GET",
    path: (request.url ?? "/").split("?")[0] ?? "/",
    body: Buffer.concat(chunks).toString("utf8"),
    request,
    response,
    signal: gone.signal,
    send,
    json: (status, value, headers) => send(status, JSON.stringify(value), headers),
  };
  if (size > bodyLimit) call.body = "";
  return call;
}

/** Carries out a fault that leaves no reply; true where it did. */
function refuse(call: Call, fault: Fault | undefined): boolean {
  if (fault?.kind === "drop" && fault.when === "before-headers") return drop(call);
  if (fault?.kind === "silence" && fault.end === "drop") return drop(call);
  if (fault?.kind !== "status") return false;
  const { retryAfter, status } = fault;
  const headers: Record<string, string> = {};
  if (retryAfter) {
    headers["retry-after"] =
      "seconds" in retryAfter
        ? String(retryAfter.seconds)
        : "httpDateIn" in retryAfter
          ? new Date(Date.now() + retryAfter.httpDateIn * 1000).toUTCString()
          : retryAfter.verbatim;
  }
  const isLimit = status === 429;
  call.json(
    status,
    errorBody(
      fault.message ?? (isLimit ? "Rate limit reached for requests." : "The server had an error."),
      isLimit ? "requests" : status >= 500 ? "server_error" : "invalid_request_error",
      null,
      isLimit ? "rate_limit_exceeded" : null,
    ),
    headers,
  );
  return true;
}

function drop(call: Call): true {
  call.response.socket?.destroy();
  return true;
}

function sendBody(call: Call, body: string, fault: Fault | undefined): void {
  if (fault?.kind === "malformed-body") {
    call.send(200, body.slice(0, Math.ceil(body.length / 2)));
  } else if (fault?.kind === "drop") {
    call.response.writeHead(200, {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(body),
    });
    call.response.write(body.slice(0, Math.ceil(body.length / 2)), () => drop(call));
  } else {
    call.send(200, body);
  }
}

async function sendStream(
  call: Call,
  events: Iterable<string>,
  delayMs: number,
  fault: Fault | undefined,
): Promise<void> {
  const { response, signal } = call;
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
  let sent = 0;
  for (const event of events) {
    if (signal.aborted) return;
    if (fault?.kind === "drop" && sent === 4) {
      drop(call);
      return;
    }
    const isBroken = fault?.kind === "malformed-body" && sent === 4;
    const text = isBroken ? `${event.slice(0, Math.ceil(event.length / 2))}\n\n` : event;
    if (!response.write(text)) await drained(response, signal);
    sent += 1;
    if (delayMs > 0 && !(await waited(delayMs, signal))) return;
  }
  response.end("data: [DONE]\n\n");
}

function answerError(call: Call, error: unknown): void {
  if (call.response.headersSent || call.response.destroyed) {
    call.response.destroy();
    return;
  }
  if (error instanceof RequestError) {
    const type = error.status === 429 ? "requests" : "invalid_request_error";
    const headers: Record<string, string> =
      error.retryAfter === undefined ? {} : { "retry-after": String(error.retryAfter) };
    call.json(error.status, errorBody(error.message, type, error.param, error.code), headers);
    return;
  }
  // A fault of the simulator's own: named, since only whoever develops it ever meets it.
  const message = error instanceof Error ? error.message : String(error);
  call.json(500, errorBody(`The simulator failed: ${message}`, "server_error", null, "simulator_failed"));
}

function errorBody(message: string, type: string, param: string | null, code: string | null) {
  return { error: { message, type, param, code } };
}

function isKnownModel(id: string): boolean {
  return simulatedModels.some((model) => model === id);
}

function unknownModel(id: string): RequestError {
  return new RequestError(
    404,
    `The model '${id}' does not exist. The simulator has ${simulatedModels.join(", ")}.`,
    "model",
    "model_not_found",
  );
}

function flatten(request: IncomingMessage): Record<string, string> {
  return Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
}

/** False where the caller went away meanwhile. */
async function waited(ms: number, signal: AbortSignal): Promise<boolean> {
  try {
    await wait(ms, undefined, { signal });
    return true;
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  }
}

function drained(response: ServerResponse, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    response.once("drain", resolve);
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

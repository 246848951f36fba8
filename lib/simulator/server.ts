import "server-only";
import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createRandom, deriveSeed } from "#lib/random.ts";
import { handleAdmin } from "./admin.ts";
import { understandRequest, writeReplies } from "./answering.ts";
import { createBatchRoutes } from "./batches.ts";
import { type MisbehaviourInput, parseMisbehaviour } from "./behaviour.ts";
import {
  answerError,
  type Call,
  errorReply,
  receive,
  refuse,
  sendBody,
  sendStream,
  waited,
} from "./exchange.ts";
import { createFaultPlan, drawLatency } from "./faults.ts";
import { refuseParameters, refuseUnknownParameters } from "./known-parameters.ts";
import { createLimits } from "./limits.ts";
import { describeModel, simulatedModels } from "./models.ts";
import { createPlayback } from "./playback/find.ts";
import { playbackImages } from "./playback/images/all.ts";
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
  /** Everything that is drawn comes from it; without it, calls that name no seed differ from start to start. */
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
  /** The most requests that were in flight at once since this was last asked. */
  takePeak(): number;
  /** Lets the process end although the server is listening. */
  unref(): void;
};

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
    rates: () => behaviour.rates,
    longThoughtLength: () => behaviour.longThoughtLength,
    seed,
  });
  const start = options.seed ?? randomUUID();
  let calls = 0;

  const setMisbehaviour = (input: MisbehaviourInput) => {
    behaviour = parseMisbehaviour(input);
    changes += 1;
    plan = createFaultPlan(behaviour.rules, createRandom(deriveSeed(seed, "faults", changes)));
  };

  const complete = async (route: Route, call: Call) => {
    count(route);
    calls += 1;
    const callName = `${start} ${calls}`;
    const release = limits.admit(behaviour);
    try {
      const request = parseRequest(route, call.body, behaviour.ignoredParameters);
      if (!isKnownModel(request.model)) throw unknownModel(request.model);
      refuseParameters(request, behaviour.refusedParameters);
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

      const replies = writeReplies(understood, writer, behaviour, fault, seed, callName);
      const id = `${route === "chat" ? "chatcmpl" : "cmpl"}-${randomUUID()}`;
      const created = Math.floor(Date.now() / 1000);
      const field = behaviour.reasoning;
      if (request.stream) {
        await sendStream(
          call,
          formatEvents(request, replies, id, created, field, behaviour.pictureTokens),
          behaviour.eventDelayMs,
          fault,
        );
      } else {
        sendBody(call, formatBody(request, replies, id, created, field, behaviour.pictureTokens), fault);
      }
    } finally {
      release();
    }
  };

  /** The reply to one line of a batch, or the error that its own request would have been answered with. */
  const answerLine = (path: string, body: string) => {
    const route = routes.get(path) ?? "chat";
    calls += 1;
    try {
      const request = parseRequest(route, body);
      if (!isKnownModel(request.model)) throw unknownModel(request.model);
      if (behaviour.unknownParameters === "reject") refuseUnknownParameters(request);
      const understood = understandRequest(request, behaviour);
      const stage = stageOf(understood.parts[0]?.task ?? { kind: "talk", said: "" });
      const fault = plan.choose({ stage, route, model: request.model });
      if (fault) count(`fault ${fault.kind}`);
      if (fault?.kind === "status") {
        throw new RequestError(fault.status, fault.message ?? "The server had an error.");
      }
      const replies = writeReplies(understood, writer, behaviour, fault, seed, `${start} ${calls}`);
      const id = `${route === "chat" ? "chatcmpl" : "cmpl"}-${randomUUID()}`;
      const created = Math.floor(Date.now() / 1000);
      const { reasoning, pictureTokens } = behaviour;
      return { status: 200, body: formatBody(request, replies, id, created, reasoning, pictureTokens) };
    } catch (error) {
      return errorReply(error);
    }
  };
  const batches = createBatchRoutes({ answer: answerLine, behaviour: () => behaviour.batches, count });

  const handle = async (call: Call) => {
    const { method, path } = call;
    if (call.isTooLarge) throw new RequestError(413, "The request is larger than 64 MB.");
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
    if (batches.handles(path)) return batches.handle(call);
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
    takePeak: () => limits.takePeak(),
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

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

import "server-only";
import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { BATCH_EVERY_MS, createBatcher } from "#lib/db/batcher.ts";
import { type CallEndpoint, readCallEndpoint } from "#lib/endpoints/queries.ts";
import type { ContinuationDialect, Purpose } from "#lib/endpoints/schema.ts";
import { AppError, isAppError } from "#lib/errors.ts";
import { CallError } from "#lib/generation/call-error.ts";
import {
  type CallFailure,
  classifyErrorInReply,
  hideSecret,
  makeSafe,
} from "#lib/generation/call-failure.ts";
import { canonicalJson } from "#lib/generation/canonical-json.ts";
import {
  type Claim,
  claimCall,
  LEASE_SECONDS,
  readCall,
  releaseClaim,
  renewLeases,
  storeFailure,
  storeReply,
} from "#lib/generation/ledger-rows-commands.ts";
import { sendRequest } from "#lib/generation/model-client.ts";
import { mostPictureTokens } from "#lib/generation/picture-tokens.ts";
import { ceilingMicros, costMicros, estimateTokens } from "#lib/generation/price.ts";
import { type Delta, type ReplyEnvelope, readEnvelope } from "#lib/generation/reply-envelope.ts";
import type { FrozenModel } from "#lib/generation/schema.ts";
import {
  identifyCall,
  replaceDataUrls,
  type StoredBody,
  toStoredBody,
} from "#lib/generation/stored-request.ts";
import type { Size } from "#lib/images/fit.ts";
import { MAX_IMAGE_PIXELS } from "#lib/images/schema.ts";
import { log } from "#lib/log.ts";

/** One call as a stage asks for it. `body` is what goes over the wire, save for whether it is streamed. */
export type CallRequest = {
  projectId: string;
  purpose: Purpose;
  /** 4 is a check, named by `check`; null: a test or a trial. */
  stage: 1 | 2 | 3 | 4 | null;
  check?: string | null;
  model: FrozenModel;
  promptVersionId: string | null;
  promptHash: string | null;
  runId: string | null;
  userId: string | null;
  /** What the reply is for; see `CallIdentity`. */
  subject: string;
  sampleIndex: number;
  seed: number | null;
  dialect: ContinuationDialect | null;
  route: "chat" | "completions";
  body: Record<string, unknown>;
  /**
   * Asked when the call is sent: data URLs of the body that go as addresses instead. The record and the identity of a
   * call have the images' hashes either way, so the same picture is the same call.
   */
  addressImages?: (() => Promise<ReadonlyMap<string, string>>) | undefined;
  /** The sizes of the body's pictures as they are sent: what they can be billed as follows from them. */
  pictures?: readonly Size[] | undefined;
  parameters: { sent: Record<string, unknown>; withheld: Record<string, unknown> };
};

/** Wraps the real sending alone, never a stored reply: rate, concurrency, budget. */
export type CallGate = {
  /** Waits until the call may be made: its rate and its money are set aside. Throws `CallError` where it may not be. */
  enter(
    call: { endpointId: string; model: string; ceilingMicros: bigint | null; tokens: number },
    signal?: AbortSignal,
  ): Promise<CallPass>;
};
export type CallPass = {
  /** Waits for a free slot; the call is sent next. Rejects where it is not to be sent after all. */
  begin(): Promise<void>;
  /** The endpoint has answered, or will not: its slot is free for the next, while the reply is being stored. */
  end(): void;
  /** Told once, whatever came of it. */
  leave(outcome: CallOutcome): void;
};
export type CallOutcome =
  | { kind: "answered"; costMicros: bigint | null; tokens: number | null }
  | { kind: "failed"; failure: CallFailure }
  /** It was sent, and what came of it could not be written down: the ledger will count it as lost. */
  | { kind: "unknown" }
  /** Somebody else has the call, or it could not be made. */
  | { kind: "unsent" };

export type CallOptions = {
  signal?: AbortSignal | undefined;
  /** Asks for a streamed reply. A stored reply is given in one piece. */
  onDelta?: ((delta: Delta) => void) | undefined;
  gate?: CallGate | undefined;
  /** Told of the call before anything is done about it; throws where it is to go another way (by batch). */
  divert?: ((call: PreparedCall) => void) | undefined;
};

/** A call as it would be sent, with what identifies it in the ledger. */
export type PreparedCall = {
  request: CallRequest;
  identity: string;
  storedBody: StoredBody;
};

export type AnsweredCall = {
  callId: string;
  /** Answered from the ledger: nothing was sent. */
  reused: boolean;
  envelope: ReplyEnvelope;
};

/**
 * Has a call answered: from the ledger where the same call was answered before, else by sending it once.
 *
 * The request is stored before it is sent, the reply before anything is made of it. While one process sends, others
 * with the same call wait for its reply; if it dies, the next takes over when its lease ends. Throws `CallError`
 * where no reply came; what did come then is kept with the attempt and never taken for a reply.
 */
export async function callModel(request: CallRequest, options: CallOptions = {}): Promise<AnsweredCall> {
  const storedBody = toStoredBody(request.body);
  const identity = identifyCall({
    endpointId: request.model.endpointId,
    model: request.model.model,
    route: request.route,
    dialect: request.dialect,
    promptHash: request.promptHash,
    subject: request.subject,
    seed: request.seed,
    sampleIndex: request.sampleIndex,
    storedBody,
  });
  options.divert?.({ request, identity, storedBody });
  for (let pause = 100; ; pause = Math.min(pause * 1.5, 1000)) {
    if (options.signal?.aborted) throw new CallError(CANCELLED, null);
    const known = await readCall(request.projectId, identity);
    if (known?.status === "answered") return reuse(known, options);
    if (!known?.isLeased) {
      const answered = await enterAndSend(request, identity, storedBody, options);
      if (answered) return answered;
    }
    await wait(pause, undefined, options.signal ? { signal: options.signal } : {}).catch(() => undefined);
  }
}

const CANCELLED: CallFailure = {
  kind: "cancelled",
  httpStatus: null,
  message: "The call was cancelled before it was sent.",
};

function reuse(known: { id: string; reply: string | null }, options: CallOptions): AnsweredCall {
  const reading = readEnvelope(known.reply ?? "");
  if (!reading.ok) {
    throw new AppError("internal", "A stored reply can't be read any more.", {
      details: { callId: known.id, problem: reading.problem },
    });
  }
  const { reasoning, reasoningContent, content } = reading.envelope.reply;
  const thought = reasoning ?? reasoningContent;
  if (thought) options.onDelta?.({ kind: "reasoning", text: thought });
  if (content) options.onDelta?.({ kind: "content", text: content });
  return { callId: known.id, reused: true, envelope: reading.envelope };
}

/** Null where another process has the call, or has had it answered, since it was looked at. */
async function enterAndSend(
  request: CallRequest,
  identity: string,
  storedBody: StoredBody,
  options: CallOptions,
): Promise<AnsweredCall | null> {
  const ceiling = boundCall(request, storedBody);
  // Looked up while the call waits for its turn.
  const endpoint = openEndpoint(request);
  endpoint.catch(() => undefined);
  const pass = await options.gate?.enter(
    { endpointId: request.model.endpointId, model: request.model.model, ...ceiling },
    options.signal,
  );
  let outcome: CallOutcome = { kind: "unsent" };
  let isSent = false;
  const onSend = () => {
    isSent = true;
  };
  try {
    const result = await claimAndSend(
      request,
      identity,
      { endpoint: await endpoint, storedBody, ...ceiling, pass, onSend },
      options,
    );
    if (result) outcome = { kind: "answered", costMicros: result.costMicros, tokens: result.tokens };
    return result?.answered ?? null;
  } catch (error) {
    if (error instanceof CallError) outcome = { kind: "failed", failure: error.failure };
    else if (isSent) outcome = { kind: "unknown" };
    throw error;
  } finally {
    pass?.leave(outcome);
  }
}

async function claimAndSend(
  request: CallRequest,
  identity: string,
  sending: {
    endpoint: CallEndpoint;
    storedBody: StoredBody;
    ceilingMicros: bigint | null;
    pass: CallPass | undefined;
    onSend: () => void;
  },
  options: CallOptions,
): Promise<{ answered: AnsweredCall | null; costMicros: bigint | null; tokens: number | null } | null> {
  const { endpoint } = sending;
  const stream = streamFields(request, options);
  const { storedBody } = sending;
  const token = randomUUID();
  const renewedAt = performance.now();
  const claim = await claimCall(request, {
    identity,
    token,
    storedJson: stream ? canonicalJson({ ...storedBody.value, ...stream }) : storedBody.json,
    ceilingMicros: sending.ceilingMicros,
  });
  if (!claim) return null;
  held.set(token, { callId: claim.callId, renewedAt });
  keepLeases();
  try {
    await sending.pass?.begin().catch(async (error: unknown) => {
      await releaseClaim(claim, token);
      throw error;
    });
    // After a wait in which leases could not be renewed, another process may have the call, or its reply.
    if (!(await isStillHeld(token))) return null;
    sending.onSend();
    const sent = await sendRequest({
      endpoint,
      route: request.route,
      body: { ...(await withAddresses(request)), ...stream },
      signal: options.signal,
      onDelta: options.onDelta,
    });
    // After a refusal the pass is left before its slot is free: what stands ready is not to follow into the pause.
    if (sent.ok || sent.failure.kind !== "rate_limited") sending.pass?.end();
    const reading = sent.ok ? readReply(sent.body, sent.httpStatus, endpoint) : null;
    if (sent.ok && reading?.ok) {
      const { envelope } = reading;
      const costs = costMicros(request.model, envelope);
      const tokens =
        envelope.promptTokens === null ? null : envelope.promptTokens + (envelope.completionTokens ?? 0);
      const isOurs = await storeReply(claim, { ...sent, envelope, costMicros: costs });
      // Another reply came first and stays; this one is paid for all the same.
      if (!isOurs) return { answered: null, costMicros: costs, tokens };
      return {
        answered: { callId: claim.callId, reused: false, envelope },
        costMicros: costs,
        tokens,
      };
    }
    const failure = sent.ok ? reading?.failure : sent.failure;
    if (!failure) throw new AppError("internal", "A call ended without a reply and without a reason.");
    return await fail(claim, token, failure, sent.body, endpoint.apiKey);
  } finally {
    held.delete(token);
  }
}

async function withAddresses({ body, addressImages }: CallRequest): Promise<Record<string, unknown>> {
  const addresses = await addressImages?.();
  return addresses ? replaceDataUrls(body, addresses) : body;
}

/** The leases that this process holds, by their tokens, and when each was last known to run. */
const held = new Map<string, { callId: string; renewedAt: number }>();
const HEARTBEAT_MS = 5_000;
/** A lease that was renewed no longer ago than this runs for certain. */
const SURE_MS = (LEASE_SECONDS * 1_000) / 2;
let heartbeat: NodeJS.Timeout | undefined;

function keepLeases(): void {
  heartbeat ??= setInterval(() => {
    if (held.size === 0) {
      clearInterval(heartbeat);
      heartbeat = undefined;
      return;
    }
    renew([...held.keys()]).catch((error: unknown) =>
      log.warn({ err: error, calls: held.size }, "the leases of calls could not be renewed"),
    );
  }, HEARTBEAT_MS);
}

/** One statement for all of them. */
async function renew(tokens: readonly string[]): Promise<ReadonlySet<string>> {
  const askedAt = performance.now();
  const renewed = await renewLeases(
    tokens.flatMap((token) => {
      const lease = held.get(token);
      return lease ? [{ token, callId: lease.callId }] : [];
    }),
  );
  for (const token of renewed) {
    const lease = held.get(token);
    if (lease) lease.renewedAt = askedAt;
  }
  return renewed;
}

async function isStillHeld(token: string): Promise<boolean> {
  const lease = held.get(token);
  if (lease && performance.now() - lease.renewedAt < SURE_MS) return true;
  return (await renew([token])).has(token);
}

/** Calls that are about to be sent at the same moment look at the endpoint together. */
const readEndpoints = createBatcher<{ projectId: string; endpointId: string }, CallEndpoint>({
  most: 512,
  everyMs: BATCH_EVERY_MS,
  flush: async (asked) => {
    const reads = new Map<string, Promise<CallEndpoint>>();
    return Promise.all(
      asked.map(({ projectId, endpointId }) => {
        const key = `${projectId} ${endpointId}`;
        const read = reads.get(key) ?? readCallEndpoint(projectId, endpointId);
        reads.set(key, read);
        return read;
      }),
    );
  },
});

/** The endpoint as it is now. One that can't be used fails every call alike, and no call of it is recorded. */
async function openEndpoint({ projectId, model }: CallRequest): Promise<CallEndpoint> {
  const unusable = (message: string, cause?: unknown) =>
    new CallError({ kind: "endpoint_unusable", httpStatus: null, message }, null, cause);
  const endpoint = await readEndpoints({ projectId, endpointId: model.endpointId }).catch(
    (error: unknown) => {
      throw isAppError(error) ? unusable(error.message, error) : error;
    },
  );
  // What came back would bear the wrong mark in every table and export.
  if (endpoint.isSimulator !== model.simulated) {
    throw unusable(
      `${endpoint.name} ${endpoint.isSimulator ? "has become the simulator" : "is no longer the simulator"} since its model was chosen here: start anew with the settings as they are now.`,
    );
  }
  return endpoint;
}

async function fail(
  claim: Claim,
  token: string,
  failure: CallFailure,
  body: string | null,
  secret: string | null,
): Promise<never> {
  await storeFailure(claim, token, failure, body === null ? null : hideSecret(body, secret));
  throw new CallError(failure, claim.callId);
}

type ReplyReading =
  | { ok: true; envelope: ReplyEnvelope; failure?: undefined }
  | { ok: false; failure: CallFailure };

/** A body with status 200 that is not a reply is a failure like any other. */
function readReply(
  body: string,
  httpStatus: number,
  endpoint: { name: string; apiKey: string | null },
): ReplyReading {
  const reading = readEnvelope(body);
  // The database's text can't hold NUL, and no JSON has one.
  if (reading.ok && !body.includes("\u0000")) return reading;
  if (reading.ok)
    return {
      ok: false,
      failure: {
        kind: "malformed",
        httpStatus,
        message: `${endpoint.name} sent a reply with NUL bytes in it.`,
      },
    };
  const said = makeSafe(reading.problem, endpoint.apiKey);
  if (reading.isCut) {
    return {
      ok: false,
      failure: {
        kind: "dropped",
        httpStatus,
        message: `The connection to ${endpoint.name} ended before the reply did.`,
      },
    };
  }
  if (reading.errorCode !== null)
    return { ok: false, failure: classifyErrorInReply(reading.errorCode, said, endpoint.name) };
  return {
    ok: false,
    failure: {
      kind: "malformed",
      httpStatus,
      message: `${endpoint.name} sent something that is no reply: ${said}`,
    },
  };
}

function streamFields(request: CallRequest, options: CallOptions): Record<string, unknown> | null {
  if (!options.onDelta) return null;
  return request.model.capabilities.streamUsage
    ? { stream: true, stream_options: { include_usage: true } }
    : { stream: true };
}

/** The most that a call can cost, and about how many tokens a provider's rate limit will count for it. */
export function boundCall(
  request: CallRequest,
  { value: { n }, json }: StoredBody,
): { ceilingMicros: bigint | null; tokens: number } {
  // Bytes, not characters: a letter of most scripts takes more than one, and about as many tokens more.
  const bytes = Buffer.byteLength(json);
  const images = json.split('"sha256:').length - 1;
  const samples = typeof n === "number" ? n : 1;
  const each = request.model.parameters.max_tokens ?? null;
  const maxTokens = each === null ? null : each * samples;
  return {
    ceilingMicros: ceilingMicros(request.model, {
      bytes,
      pictureTokens: boundPictures(request, images),
      maxTokens,
    }),
    tokens: estimateTokens({ characters: bytes, images, maxTokens }),
  };
}

/** A picture whose size is not known is taken for one of the largest that can be imported. */
function boundPictures({ model, pictures = [] }: CallRequest, images: number): number {
  const side = Math.ceil(Math.sqrt(MAX_IMAGE_PIXELS));
  return Array.from({ length: images }, (_, at) =>
    mostPictureTokens(model.model, pictures[at] ?? { width: side, height: side }),
  ).reduce((sum, tokens) => sum + tokens, 0);
}

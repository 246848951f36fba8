import "server-only";
import { ZodError } from "zod";
import { type Misbehaviour, type MisbehaviourInput, misbehaviourSchema } from "./behaviour.ts";
import type { Call } from "./exchange.ts";
import { RequestError } from "./request.ts";
import type { CapturedRequest, Counts } from "./server.ts";

type Means = {
  behaviour(): Misbehaviour;
  setMisbehaviour(input: MisbehaviourInput): void;
  captured: CapturedRequest[];
  counts: Counts;
};

/**
 * Lets another process look at and change a simulator that was started for tests:
 * GET or PUT /admin/misbehaviour, GET /admin/counts, GET or DELETE /admin/captured.
 */
export function handleAdmin(call: Call, means: Means): void {
  const route = `${call.method} ${call.path}`;
  switch (route) {
    case "GET /admin/misbehaviour":
      call.json(200, means.behaviour());
      break;
    case "PUT /admin/misbehaviour":
      means.setMisbehaviour(readMisbehaviour(call.body));
      call.json(200, means.behaviour());
      break;
    case "GET /admin/counts":
      call.json(200, means.counts);
      break;
    case "GET /admin/captured":
      call.json(200, means.captured);
      break;
    case "DELETE /admin/captured":
      means.captured.length = 0;
      call.json(200, []);
      break;
    default:
      throw new RequestError(404, `Invalid URL (${route})`);
  }
}

function readMisbehaviour(body: string): MisbehaviourInput {
  try {
    return misbehaviourSchema.parse(JSON.parse(body));
  } catch (error) {
    const message = error instanceof ZodError ? (error.issues[0]?.message ?? "invalid") : "not JSON";
    throw new RequestError(400, `The misbehaviour cannot be read: ${message}.`);
  }
}

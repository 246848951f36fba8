import "server-only";
import { ZodError } from "zod";
import { type Misbehaviour, type MisbehaviourInput, misbehaviourSchema } from "./behaviour.ts";
import { RequestError } from "./request.ts";
import type { Call, CapturedRequest, Counts } from "./server.ts";

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
      return call.json(200, means.behaviour());
    case "PUT /admin/misbehaviour":
      means.setMisbehaviour(readMisbehaviour(call.body));
      return call.json(200, means.behaviour());
    case "GET /admin/counts":
      return call.json(200, means.counts);
    case "GET /admin/captured":
      return call.json(200, means.captured);
    case "DELETE /admin/captured":
      means.captured.length = 0;
      return call.json(200, []);
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

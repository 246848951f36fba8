import type { z } from "zod";
import type { ApiScope } from "#lib/tokens/schema.ts";

// What a route of the API is, as data: the handlers, the OpenAPI description, the client and the tests all read it.

export type ApiMethod = "GET" | "POST" | "PUT" | "DELETE";

/** JSON, a form with one file, or a file as the raw body. */
export type RouteBody =
  | { kind: "json"; schema: z.ZodType }
  | { kind: "form"; schema: z.ZodObject; file: string }
  | { kind: "bytes"; contentType: string };

export type RouteAnswer =
  | { kind: "json"; status: 200 | 201 | 202; schema: z.ZodType }
  | { kind: "empty"; status: 202 | 204 }
  | { kind: "file"; status: 200; contentTypes: readonly string[]; canResume?: boolean };

export interface ApiRoute {
  method: ApiMethod;
  /** Below /api/v1, parameters in braces. */
  path: string;
  tag:
    | "Project"
    | "Images"
    | "Runs"
    | "Traces"
    | "Verdicts"
    | "Dataset versions"
    | "Exports"
    | "Hub"
    | "Contamination"
    | "Description";
  summary: string;
  description?: string;
  /** What the token must be allowed. "any": every working token. "open": asked without one. */
  scope: ApiScope | "any" | "open";
  /** Parameters of the path that are not ids. */
  params?: z.ZodObject;
  query?: z.ZodObject;
  body?: RouteBody;
  answer: RouteAnswer;
  /** Takes an Idempotency-Key: it makes something, and must not make it twice. */
  isKeyed?: boolean;
  /** Takes If-Match, or answers with an ETag. */
  version?: "if-match" | "etag";
}

/** The route itself, with its types kept. */
export function defineRoute<const R extends ApiRoute>(route: R): R {
  return route;
}

type ParamNames<P extends string> = P extends `${string}{${infer Name}}${infer Rest}`
  ? Name | ParamNames<Rest>
  : never;

export type ParamsOf<R extends ApiRoute> = Omit<
  Record<ParamNames<R["path"]>, string>,
  R extends { params: z.ZodType } ? keyof z.output<R["params"]> : never
> &
  (R extends { params: infer P extends z.ZodType } ? z.output<P> : unknown);

export type QueryOf<R extends ApiRoute> = R extends { query: infer Q extends z.ZodType }
  ? z.output<Q>
  : Record<string, never>;

/** The same as a caller writes it. */
export type QueryInputOf<R extends ApiRoute> = R extends { query: infer Q extends z.ZodType }
  ? z.input<Q>
  : Record<string, never>;

export type BodyOf<R extends ApiRoute> = R extends {
  body: { kind: "json" | "form"; schema: infer S extends z.ZodType };
}
  ? z.output<S>
  : undefined;

export type BodyInputOf<R extends ApiRoute> = R extends {
  body: { kind: "json" | "form"; schema: infer S extends z.ZodType };
}
  ? z.input<S>
  : undefined;

/** What a handler gives back to be sent as JSON. */
export type ResultOf<R extends ApiRoute> = R extends {
  answer: { kind: "json"; schema: infer S extends z.ZodType };
}
  ? z.input<S>
  : null;

/** What a client gets. */
export type AnswerOf<R extends ApiRoute> = R extends {
  answer: { kind: "json"; schema: infer S extends z.ZodType };
}
  ? z.output<S>
  : null;

/** The names of a path's parameters, in order. */
export function paramNamesOf(path: string): string[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? "");
}

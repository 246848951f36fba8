import "server-only";
import path from "node:path";
import { z } from "zod";

/**
 * Every setting that the program takes from its environment, parsed once.
 * Nothing else under lib/ reads `process.env`, save lib/launch, which sets it for the processes it starts.
 */
export type Env = z.infer<typeof schema>;

/** The environment was given a value that cannot be used; the message is one sentence for whoever set it. */
export class EnvironmentError extends Error {
  override name = "EnvironmentError";
}

let parsed: Env | undefined;

/** The settings, read at the first call. Throws `EnvironmentError` with one sentence that names each bad value. */
export function env(): Env {
  parsed ??= parseEnv(process.env);
  return parsed;
}

/** Forgets what was read, so that the next `env()` reads again: for tests and for the launcher, which set variables. */
export function resetEnv(): void {
  parsed = undefined;
}

/** Parses a set of variables without keeping it. An empty value counts as not set. */
export function parseEnv(source: Record<string, string | undefined>): Env {
  const given = Object.fromEntries(
    Object.entries(source).filter(([, value]) => value !== undefined && value.trim() !== ""),
  );
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  throw new EnvironmentError(`The environment has a value that cannot be used: ${sentences(result.error)}.`);
}

const port = z
  .string()
  .regex(/^\d{1,5}$/, "must be a whole number from 0 to 65535")
  .transform(Number)
  .refine((value) => value <= 65535, "must be a whole number from 0 to 65535");

const webAddress = z
  .string()
  .refine(isWebAddress, "must be a web address that begins with http:// or https://")
  .transform((value) => value.replace(/\/+$/, ""));

const secret = z.string().min(16, "must have at least 16 characters");

const schema = z
  .object({
    NODE_ENV: z
      .enum(["development", "production", "test"], "must be development, production or test")
      .default("development"),
    LOG_LEVEL: z
      .enum(
        ["fatal", "error", "warn", "info", "debug", "trace", "silent"],
        "must be fatal, error, warn, info, debug, trace or silent",
      )
      .default("info"),

    /** Names a PostgreSQL server; without it the launcher starts the embedded one and sets this variable. */
    DATABASE_URL: z
      .string()
      .refine(
        isPostgresAddress,
        "must be an address that begins with postgresql:// and names a host and a database",
      )
      .optional(),
    /**
     * The server itself, where DATABASE_URL leads through a pooler that lends a connection for one transaction at a
     * time (PgBouncer, for one): for what belongs to a connection and must outlast a transaction.
     */
    DATABASE_DIRECT_URL: z
      .string()
      .refine(
        isPostgresAddress,
        "must be an address that begins with postgresql:// and names a host and a database",
      )
      .optional(),
    /** Folder of the embedded database, stored files and generated secrets; made absolute. */
    SECOND_LOOK_DATA: z
      .string()
      .default(".data")
      .transform((value) =>
        path.isAbsolute(value) ? value : path.join(/* turbopackIgnore: true */ process.cwd(), value),
      ),
    /** Where files are kept: unset for a folder in the data folder, or s3://bucket/prefix. */
    STORAGE_URL: z
      .string()
      .regex(/^(s3:\/\/[^/]+|file:\/\/\/|\/)/, "must begin with s3://bucket, file:/// or /")
      .optional(),

    PORT: port.default(3000),
    HOST: z.string().default("127.0.0.1"),
    /** How many reverse proxies stand before the app; only that many entries of X-Forwarded-For are believed. */
    SECOND_LOOK_TRUSTED_PROXIES: z
      .string()
      .regex(/^\d$/, "must be a whole number from 0 to 9")
      .transform(Number)
      .default(0),
    /** Set to 0 to start a web server that does no background work, and leave it to `npm run worker`. */
    SECOND_LOOK_WORKER: flag(true),
    /** How many model calls one worker process keeps in flight at most. */
    SECOND_LOOK_CONCURRENCY: z
      .string()
      .regex(/^[1-9]\d{0,3}$/, "must be a whole number from 1 to 9999")
      .transform(Number)
      .optional(),

    /** Requests that one API token may make in a minute, over all processes. */
    SECOND_LOOK_API_REQUESTS_PER_MINUTE: z
      .string()
      .regex(/^[1-9]\d{0,6}$/, "must be a whole number from 1 to 9999999")
      .transform(Number)
      .default(600),
    /** Of the command line: the server that it works on in place of this machine's data, and a token of a project there. */
    SECOND_LOOK_SERVER: webAddress.optional(),
    SECOND_LOOK_TOKEN: z.string().optional(),

    NEXTAUTH_URL: webAddress.optional(),
    NEXTAUTH_SECRET: secret.optional(),
    /** Encrypts endpoint keys at rest. Losing it means entering those keys again. */
    SECOND_LOOK_SECRET_KEY: secret.optional(),
    /** Set to 0 to leave an empty database empty, so that the first visit makes the first administrator. */
    SECOND_LOOK_DEMO: flag(true),
    /** Where the symbolic address `simulator:` leads; unset, a simulator is started in the process that calls it. */
    SECOND_LOOK_SIMULATOR_URL: webAddress.optional(),

    OIDC_ISSUER: webAddress.optional(),
    OIDC_CLIENT_ID: z.string().optional(),
    OIDC_CLIENT_SECRET: z.string().optional(),
    /** What the sign-in button calls the OIDC provider. */
    OIDC_NAME: z.string().default("Single sign-on"),
    GITHUB_CLIENT_ID: z.string().optional(),
    GITHUB_CLIENT_SECRET: z.string().optional(),
    GOOGLE_CLIENT_ID: z.string().optional(),
    GOOGLE_CLIENT_SECRET: z.string().optional(),

    /** A mail server, with which whoever started a run is told of its end: smtp(s)://user:password@host:port. */
    SMTP_URL: z
      .string()
      .refine(isMailServer, "must begin with smtp:// or smtps:// and name a host")
      .optional(),
    /** The sender of those mails: an address, or a name with one in angle brackets. */
    MAIL_FROM: z.string().regex(/@/, "must be an e-mail address").optional(),

    /** The Hugging Face Hub, or another server that speaks its protocol, to which datasets are pushed. */
    HUB_URL: webAddress.default("https://huggingface.co"),

    /** With a key here, real endpoints are offered beside the simulator. */
    OPENAI_API_KEY: z.string().optional(),
    OPENAI_BASE_URL: webAddress.optional(),
    OPENAI_MODEL: z.string().optional(),
    OPENAI_VISION_MODEL: z.string().optional(),
    OPENROUTER_API_KEY: z.string().optional(),
    TOGETHER_API_KEY: z.string().optional(),
    DEEPSEEK_API_KEY: z.string().optional(),
  })
  .superRefine((value, context) => {
    if (value.DATABASE_DIRECT_URL) requireTogether(value, context, ["DATABASE_URL", "DATABASE_DIRECT_URL"]);
    requireTogether(value, context, ["OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET"]);
    requireTogether(value, context, ["GITHUB_CLIENT_ID", "GITHUB_CLIENT_SECRET"]);
    requireTogether(value, context, ["GOOGLE_CLIENT_ID", "GOOGLE_CLIENT_SECRET"]);
    requireTogether(value, context, ["SMTP_URL", "MAIL_FROM"]);
  });

function flag(fallback: boolean) {
  return z
    .stringbool({
      truthy: ["1", "true", "yes", "on"],
      falsy: ["0", "false", "no", "off"],
      error: "must be 0 or 1",
    })
    .default(fallback);
}

/** A sign-in provider needs all of its variables: half of them would show a button that cannot work. */
function requireTogether(value: Record<string, unknown>, context: z.RefinementCtx, names: string[]): void {
  const missing = names.filter((name) => value[name] === undefined);
  if (missing.length === 0 || missing.length === names.length) return;
  context.addIssue({
    code: "custom",
    path: [missing[0] ?? ""],
    message: `must be set too, beside ${names.filter((name) => !missing.includes(name)).join(" and ")}`,
  });
}

function isWebAddress(value: string): boolean {
  return URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);
}

function isMailServer(value: string): boolean {
  return URL.canParse(value) && /^smtps?:$/.test(new URL(value).protocol) && new URL(value).hostname !== "";
}

function isPostgresAddress(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const address = new URL(value);
  return /^postgres(ql)?:$/.test(address.protocol) && address.pathname.length > 1;
}

/** Names each variable and what it must be, and never its value: it may be a secret. */
function sentences(error: z.ZodError): string {
  return error.issues.map((issue) => `${issue.path.join(".")} ${issue.message}`).join("; ");
}

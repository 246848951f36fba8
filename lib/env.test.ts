import path from "node:path";
import { describe, expect, it } from "vitest";
import { EnvironmentError, parseEnv } from "#lib/env.ts";

describe("parseEnv", () => {
  it("has a default for everything that a first start needs", () => {
    const env = parseEnv({});
    expect(env.PORT).toBe(3000);
    expect(env.HOST).toBe("127.0.0.1");
    expect(env.SECOND_LOOK_DATA).toBe(path.join(process.cwd(), ".data"));
    expect(env.SECOND_LOOK_DEMO).toBe(true);
    expect(env.DATABASE_URL).toBeUndefined();
  });

  it("takes an empty value as not set", () => {
    expect(parseEnv({ PORT: "", DATABASE_URL: " " }).PORT).toBe(3000);
  });

  it("reads flags and numbers", () => {
    const env = parseEnv({ SECOND_LOOK_DEMO: "0", SECOND_LOOK_WORKER: "false", PORT: "8080" });
    expect([env.SECOND_LOOK_DEMO, env.SECOND_LOOK_WORKER, env.PORT]).toEqual([false, false, 8080]);
  });

  it("keeps an absolute data folder and takes the slash off a web address", () => {
    const env = parseEnv({ SECOND_LOOK_DATA: "/srv/data", NEXTAUTH_URL: "https://look.example/" });
    expect([env.SECOND_LOOK_DATA, env.NEXTAUTH_URL]).toEqual(["/srv/data", "https://look.example"]);
  });

  it.each([
    [{ PORT: "70000" }, "PORT must be a whole number from 0 to 65535"],
    [{ PORT: "abc" }, "PORT must be a whole number from 0 to 65535"],
    [{ DATABASE_URL: "mysql://x/y" }, "DATABASE_URL must be an address that begins with postgresql://"],
    [{ DATABASE_URL: "postgresql://host" }, "DATABASE_URL must be an address"],
    [
      { DATABASE_DIRECT_URL: "postgresql://host/db" },
      "DATABASE_URL must be set too, beside DATABASE_DIRECT_URL",
    ],
    [{ NEXTAUTH_URL: "look.example" }, "NEXTAUTH_URL must be a web address"],
    [{ NEXTAUTH_SECRET: "short" }, "NEXTAUTH_SECRET must have at least 16 characters"],
    [{ SECOND_LOOK_DEMO: "perhaps" }, "SECOND_LOOK_DEMO must be 0 or 1"],
    [{ STORAGE_URL: "ftp://x" }, "STORAGE_URL must begin with s3://bucket"],
    [{ LOG_LEVEL: "loud" }, "LOG_LEVEL must be fatal, error"],
    [{ GITHUB_CLIENT_ID: "abc" }, "GITHUB_CLIENT_SECRET must be set too, beside GITHUB_CLIENT_ID"],
  ])("says in one sentence what is wrong with %o", (given, message) => {
    expect(() => parseEnv(given)).toThrow(EnvironmentError);
    expect(() => parseEnv(given)).toThrow(message);
  });

  it("never repeats the value, which may be a secret", () => {
    expect(() => parseEnv({ DATABASE_URL: "hunter2" })).toThrow(/^((?!hunter2).)*$/);
  });
});

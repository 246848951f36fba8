import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { resetEnv } from "#lib/env.ts";
import { closeOwnSimulator, isSimulatorAddress, resolveBaseUrl } from "./address.ts";

afterEach(async () => {
  await closeOwnSimulator();
  vi.unstubAllEnvs();
  resetEnv();
});

function setEnvironment(values: Record<string, string>) {
  for (const [name, value] of Object.entries(values)) vi.stubEnv(name, value);
  resetEnv();
}

describe("the simulator's address", () => {
  it("leaves a real one as it is", async () => {
    expect(await resolveBaseUrl("https://api.example.com/v1")).toBe("https://api.example.com/v1");
    expect(isSimulatorAddress("simulator:")).toBe(true);
    expect(isSimulatorAddress("http://simulator/v1")).toBe(false);
  });

  it("is the one in the environment, with its version", async () => {
    setEnvironment({ SECOND_LOOK_SIMULATOR_URL: "http://127.0.0.1:4999" });
    expect(await resolveBaseUrl("simulator:")).toBe("http://127.0.0.1:4999/v1");
  });

  it("is otherwise that of one server in this process, started at the first call", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "address-"));
    setEnvironment({ SECOND_LOOK_SIMULATOR_URL: "", SECOND_LOOK_DATA: folder });
    const [one, other] = await Promise.all([resolveBaseUrl("simulator:"), resolveBaseUrl("simulator:")]);
    expect(one).toBe(other);
    expect((await fetch(`${one}/models`)).status).toBe(200);
    await closeOwnSimulator();
    await expect(fetch(`${one}/models`)).rejects.toThrow();
    expect((await fetch(`${await resolveBaseUrl("simulator:")}/models`)).status).toBe(200);
    await rm(folder, { recursive: true });
  });
});

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, expect, it } from "vitest";
import { distrustForwardedFor } from "#lib/auth/forwarded.ts";

const server = createServer((request, response) => response.end(String(request.headers["x-forwarded-for"])));
afterAll(() => new Promise((resolve) => server.close(resolve)));

it("believes the header until told not to, and then never sees it", async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const ask = async () => (await fetch(address, { headers: { "x-forwarded-for": "6.6.6.6" } })).text();
  distrustForwardedFor(1);
  expect(await ask()).toBe("6.6.6.6");
  distrustForwardedFor(0);
  expect(await ask()).toBe("undefined");
});

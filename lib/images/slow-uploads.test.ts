import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it } from "vitest";
import { allowSlowUploads, UPLOAD_TIMEOUT_MS } from "#lib/images/slow-uploads.ts";

it("lifts the limit of the server that answers, from its next request on", async () => {
  const server = createServer((_request, response) => response.end("ok"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const headersTimeout = server.headersTimeout;
  try {
    expect(server.requestTimeout).toBe(300_000);
    allowSlowUploads();
    allowSlowUploads();
    await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    expect(server.requestTimeout).toBe(UPLOAD_TIMEOUT_MS);
    expect(server.headersTimeout).toBe(headersTimeout);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

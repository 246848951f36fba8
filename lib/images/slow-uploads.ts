import "server-only";
import { subscribe } from "node:diagnostics_channel";
import type { Server } from "node:http";

/** How long one upload may take. Node's own limit is 5 minutes, which cuts 2 GB off at anything below 57 Mbit/s. */
export const UPLOAD_TIMEOUT_MS = 6 * 60 * 60 * 1000;

let isSubscribed = false;

/**
 * Gives requests to this process's web server time to send a large body. The server is made by the framework, which has
 * no setting for this; Node announces it with each request. The limit on headers, which is what keeps idle
 * connections from piling up, stays as it is. Called by every step of an upload before the one that is large.
 */
export function allowSlowUploads(): void {
  if (isSubscribed) return;
  isSubscribed = true;
  subscribe("http.server.request.start", (message) => {
    const server = (message as { server?: Server }).server;
    if (server && server.requestTimeout !== 0 && server.requestTimeout < UPLOAD_TIMEOUT_MS) {
      server.requestTimeout = UPLOAD_TIMEOUT_MS;
    }
  });
}

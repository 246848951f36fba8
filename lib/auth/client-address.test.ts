import { describe, expect, it } from "vitest";
import { clientAddressOf } from "#lib/auth/client-address.ts";

const headers = (value: string | null) => ({ get: () => value });

describe("clientAddressOf", () => {
  it("takes the server's own entry where no proxy is trusted, whatever the client put before it", () => {
    expect(clientAddressOf(headers("10.0.0.7"), 0)).toBe("10.0.0.7");
    expect(clientAddressOf(headers("1.1.1.1, 10.0.0.7"), 0)).toBe("10.0.0.7");
  });

  it("takes what the first trusted proxy saw", () => {
    expect(clientAddressOf(headers("6.6.6.6, 203.0.113.9"), 1)).toBe("203.0.113.9");
    expect(clientAddressOf(headers("6.6.6.6, 203.0.113.9, 10.0.0.2"), 2)).toBe("203.0.113.9");
  });

  it("shows IPv4 in its own form, and has a name for no address", () => {
    expect(clientAddressOf(headers("::ffff:127.0.0.1"), 0)).toBe("127.0.0.1");
    expect(clientAddressOf(headers(null), 0)).toBe("unknown");
  });
});

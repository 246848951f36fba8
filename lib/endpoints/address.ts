/** The symbolic address of the simulator, resolved when a call is made. */
export const SIMULATOR_ADDRESS = "simulator:";

export type AddressReading = { baseUrl: string; isSimulator: boolean } | { problem: string };

/**
 * Reads a base URL as a person types it: `simulator:`, or http(s) without sign-in data, query or fragment.
 *
 * Private addresses are allowed, since self-hosted model servers live there; the link-local ones, where clouds keep
 * their metadata services, are not.
 */
export function readBaseUrl(text: string): AddressReading {
  const given = text.trim();
  if (given === SIMULATOR_ADDRESS) return { baseUrl: SIMULATOR_ADDRESS, isSimulator: true };
  if (!URL.canParse(given)) {
    return { problem: "The address must be a full one, such as https://api.example.com/v1." };
  }
  const url = new URL(given);
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    return { problem: "The address must begin with http:// or https://, or be simulator: alone." };
  }
  if (url.username !== "" || url.password !== "") {
    return { problem: "Leave the sign-in data out of the address, and enter the key in its own field." };
  }
  if (url.search !== "" || url.hash !== "") {
    return { problem: "The address must end with its path, without ? or #." };
  }
  if (isLinkLocal(url.hostname)) {
    return { problem: "Link-local addresses are not allowed: cloud metadata services answer there." };
  }
  return { baseUrl: `${url.origin}${url.pathname.replace(/\/+$/u, "")}`, isSimulator: false };
}

/** Whether a stored key may go on being used after the address changed: only towards the same server. */
export function isSameServer(left: string, right: string): boolean {
  if (left === SIMULATOR_ADDRESS || right === SIMULATOR_ADDRESS) return left === right;
  return new URL(left).origin === new URL(right).origin;
}

/** Whether a host, as `URL` writes it, is link-local or a place of cloud secrets. */
export function isLinkLocal(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$|\.$/gu, "").toLowerCase();
  return (
    host.startsWith("169.254.") ||
    /^fe[89ab][0-9a-f]:/u.test(host) ||
    /^::ffff:a9fe:/u.test(host) ||
    host === "fd00:ec2::254" ||
    host === "100.100.100.200" ||
    host === "metadata.google.internal"
  );
}

import "server-only";
import { lookup } from "node:dns/promises";
import { isLinkLocal } from "#lib/endpoints/address.ts";

type Lookup = (hostname: string) => Promise<{ address: string }[]>;

const KEPT_MS = 30_000;
const MOST_KEPT = 500;
const known = new Map<string, { isRefused: boolean; until: number }>();

/**
 * Whether the name in an address stands for a link-local address, where clouds keep their metadata services: one that
 * is typed is refused when it is entered (`readBaseUrl`), but a name may point anywhere, and later elsewhere. Looked
 * up at most twice a minute. False where the name can't be found: the call itself tells that.
 */
export async function leadsToLinkLocal(baseUrl: string, find: Lookup = findAll): Promise<boolean> {
  const { hostname } = new URL(baseUrl);
  if (isLinkLocal(hostname)) return true;
  const kept = known.get(hostname);
  if (kept && kept.until > Date.now()) return kept.isRefused;
  const addresses = await find(hostname.replace(/^\[|\]$/gu, "")).catch(() => null);
  if (!addresses) return false;
  const isRefused = addresses.some(({ address }) => isLinkLocal(normalise(address)));
  if (known.size >= MOST_KEPT) known.clear();
  known.set(hostname, { isRefused, until: Date.now() + KEPT_MS });
  return isRefused;
}

function findAll(hostname: string): Promise<{ address: string }[]> {
  return lookup(hostname, { all: true });
}

/** As an address's host is written, so that every spelling of one address is the same. */
function normalise(address: string): string {
  const bare = address.replace(/%.*$/u, "");
  return new URL(bare.includes(":") ? `http://[${bare}]` : `http://${bare}`).hostname;
}

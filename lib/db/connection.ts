import "server-only";
import { env } from "#lib/env.ts";

/**
 * A host whose network is cut says nothing: its open transactions would keep their locks until TCP gives up, which
 * takes a quarter of an hour, and a worker elsewhere would wait for them. The server ends a transaction that has asked
 * for nothing for so long; on the other side, quiet connections are looked after, so that a dead one is noticed.
 */
export const WHERE_HOSTS_FALL_AWAY = {
  options: "-c idle_in_transaction_session_timeout=30s",
  keepAlive: true,
  keepAliveInitialDelayMillis: 10_000,
};

/**
 * Whether DATABASE_URL leads through a pooler that lends the server's connections for one transaction at a time. Then
 * nothing may be left on a connection: no statement under a name, no setting; and PgBouncer refuses a connection that
 * asks for a setting, so the time-out above is to be set on the server (docs/operations.md).
 */
export function isPooled(): boolean {
  return env().DATABASE_DIRECT_URL !== undefined;
}

/** Where connections lead that need nothing beyond a transaction, and with which options. */
export function transactionConnection() {
  const { options, ...alive } = WHERE_HOSTS_FALL_AWAY;
  return { connectionString: env().DATABASE_URL, ...alive, ...(isPooled() ? {} : { options }) };
}

/** The same for those that keep something: LISTEN, a lock or a setting of the session, a cursor that is read for minutes. */
export function sessionConnection() {
  return { connectionString: sessionAddress(), ...WHERE_HOSTS_FALL_AWAY };
}

/** The database's server itself; undefined where none is named. */
export function sessionAddress(): string | undefined {
  return env().DATABASE_DIRECT_URL ?? env().DATABASE_URL;
}

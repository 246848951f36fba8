/** That a version is not to be used any more, and why. Safe in the browser. */
export interface Withdrawal {
  /** ISO 8601. */
  at: string;
  /** As it was given; empty where none was. */
  reason: string;
}

/** Null for a version that stands. */
export function withdrawalOf(row: {
  withdrawnAt: Date | null;
  withdrawnReason: string | null;
}): Withdrawal | null {
  return row.withdrawnAt && { at: row.withdrawnAt.toISOString(), reason: row.withdrawnReason ?? "" };
}

/** The header that every download of a withdrawn version carries: when, and the reason percent-encoded as UTF-8. */
export const WITHDRAWN_HEADER = "x-second-look-withdrawn";

export function withdrawnHeaders(withdrawn: Withdrawal | null): Record<string, string> {
  return withdrawn
    ? { [WITHDRAWN_HEADER]: `${withdrawn.at}; reason=${encodeURIComponent(withdrawn.reason)}` }
    : {};
}

/** The reason in such a header, for whoever downloaded; null where there is no such header. */
export function readWithdrawnHeader(value: string | null): Withdrawal | null {
  const [, at, reason] = /^(\S+); reason=(\S*)$/u.exec(value ?? "") ?? [];
  if (at === undefined || reason === undefined) return null;
  try {
    return { at, reason: decodeURIComponent(reason) };
  } catch {
    return { at, reason: "" };
  }
}

/** One sentence for whoever wants to do something with it. */
export function withdrawnSentence(what: string, { reason }: Pick<Withdrawal, "reason">): string {
  return `This version was withdrawn and ${what}.${reason ? ` The reason that was given: ${reason}` : ""}`;
}

/** The name under which a file of a withdrawn version is saved: whoever finds it on a disk can see it. */
export function withdrawnFileName(fileName: string): string {
  return fileName.replace(/(\.[a-z]+)?$/u, "-withdrawn$1");
}

/** A share with its interval, all from 0 to 1. */
export interface ShareInterval {
  share: number;
  low: number;
  high: number;
}

/** The quantile of the normal distribution for a two-sided 95 % interval. */
const Z_95 = 1.959963984540054;

/**
 * The Wilson score interval for a share of `hits` in `total` (E. B. Wilson, "Probable inference, the law of succession,
 * and statistical inference", JASA 22, 1927), at 95 %. It stays inside 0 and 1 and is usable for small counts, where
 * the plain normal interval is not. Null where nothing was counted.
 */
export function wilsonInterval(hits: number, total: number): ShareInterval | null {
  if (total <= 0) return null;
  if (hits < 0 || hits > total) throw new RangeError(`${hits} hits in ${total} is no share.`);
  const share = hits / total;
  const z2 = Z_95 * Z_95;
  const centre = (share + z2 / (2 * total)) / (1 + z2 / total);
  const half =
    (Z_95 / (1 + z2 / total)) * Math.sqrt((share * (1 - share)) / total + z2 / (4 * total * total));
  return { share, low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}

/** Figures as people read them, the same on server and client (en-US, UTC). */

const integer = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

export function formatCount(value: number | bigint): string {
  return integer.format(value);
}

/** `one` and `many` with the figure: `3 images`. */
export function formatPlural(value: number, one: string, many = `${one}s`): string {
  return `${integer.format(value)} ${value === 1 ? one : many}`;
}

/** A share of 1 as a percentage: `58 %`; below 10 % with one decimal. */
export function formatShare(share: number): string {
  const percent = share * 100;
  return `${percent >= 0.05 && percent < 10 ? percent.toFixed(1) : Math.round(percent)} %`;
}

/** Millionths of a US dollar as dollars; null is "price unknown", which is not zero. */
export function formatMicros(micros: number | bigint | null): string {
  if (micros === null) return "price unknown";
  const dollars = Number(micros) / 1_000_000;
  if (dollars === 0) return "$0";
  return dollars < 0.01 ? `$${dollars.toFixed(4)}` : `$${dollars.toFixed(2)}`;
}

export function formatBytes(bytes: number | bigint): string {
  const value = Number(bytes);
  if (value < 1024) return `${value} B`;
  const units = ["KiB", "MiB", "GiB", "TiB"];
  let size = value / 1024;
  let unit = 0;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return `${size < 10 ? size.toFixed(1) : Math.round(size)} ${units[unit]}`;
}

/** Milliseconds as `340 ms`, `4.2 s`, `3 min 20 s`, `2 h 5 min`. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = ms / 1000;
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.round(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/**
 * One line of a CSV file with its end. Every field is quoted; one that a spreadsheet would take for a formula gets an
 * apostrophe in front, as it would run what a stranger wrote.
 */
export function toCsvLine(fields: readonly (string | number | null)[]): string {
  return `${fields.map(toField).join(",")}\r\n`;
}

function toField(value: string | number | null): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return `"${safe.replaceAll('"', '""')}"`;
}

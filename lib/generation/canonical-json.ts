/**
 * JSON with one spelling for each value: keys sorted by code unit, no blanks, `undefined` members left out.
 * What cannot be said in JSON (NaN, functions, bigint) throws, so that no two different values share an identity.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === "boolean" || typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw new TypeError(`${value} has no place in JSON.`);
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value === "object") {
    // Every call is written so: no list of members is made on the way. Without a comparison, keys sort by code unit.
    let members = "";
    for (const key of Object.keys(value).sort()) {
      const member: unknown = value[key as keyof typeof value];
      if (member === undefined) continue;
      members += `${members === "" ? "" : ","}${JSON.stringify(key)}:${canonicalJson(member)}`;
    }
    return `{${members}}`;
  }
  throw new TypeError(`A ${typeof value} has no place in JSON.`);
}

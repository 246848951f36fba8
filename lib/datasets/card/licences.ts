import type { LicenceCount } from "#lib/datasets/card/facts-schema.ts";
import type { ImageForm } from "#lib/datasets/schema.ts";

/** What a licence of pictures asks for or forbids, as far as that decides about passing a dataset on. */
export interface LicenceTerms {
  name: string;
  /** As the Hugging Face Hub spells it; null: it has no word for it. */
  hubId: string | null;
  attribution: boolean;
  shareAlike: boolean;
  nonCommercial: boolean;
  noDerivatives: boolean;
  /** Nothing may be passed on without asking. */
  reserved: boolean;
}

const FREE = {
  attribution: false,
  shareAlike: false,
  nonCommercial: false,
  noDerivatives: false,
  reserved: false,
};

/** Licences that are not Creative Commons' own, by the words that name them. The first that fits counts. */
const OTHERS: readonly { words: RegExp; terms: LicenceTerms }[] = [
  { words: /\bpddl\b|public-domain-dedication/u, terms: { ...FREE, name: "PDDL 1.0", hubId: "pddl" } },
  {
    words: /\bodc-by\b|open-data-commons-attribution/u,
    terms: { ...FREE, name: "ODC-BY", hubId: "odc-by", attribution: true },
  },
  {
    words: /\bodbl\b|open-database-licen[cs]e/u,
    terms: { ...FREE, name: "ODbL", hubId: "odbl", attribution: true, shareAlike: true },
  },
  {
    words: /cdla-permissive-?v?1/u,
    terms: { ...FREE, name: "CDLA Permissive 1.0", hubId: "cdla-permissive-1.0", attribution: true },
  },
  {
    words: /cdla-permissive/u,
    terms: { ...FREE, name: "CDLA Permissive", hubId: "cdla-permissive-2.0", attribution: true },
  },
  {
    words: /cdla-sharing/u,
    terms: {
      ...FREE,
      name: "CDLA Sharing 1.0",
      hubId: "cdla-sharing-1.0",
      attribution: true,
      shareAlike: true,
    },
  },
  {
    words: /\bapache\b/u,
    terms: { ...FREE, name: "Apache 2.0", hubId: "apache-2.0", attribution: true },
  },
  { words: /^mit(?:-licen[cs]e)?$/u, terms: { ...FREE, name: "MIT", hubId: "mit", attribution: true } },
  {
    words: /all-rights-reserved|copyrighted/u,
    terms: { ...FREE, name: "All rights reserved", hubId: null, reserved: true },
  },
  {
    words: /public-?domain|no-known-copyright/u,
    // A work without rights is not one whose owner gave them up: the Hub has no word for it.
    terms: { ...FREE, name: "Public domain", hubId: null },
  },
];

const HUB_CC = new Set([
  ...["cc-by-2.0", "cc-by-2.5", "cc-by-3.0", "cc-by-4.0", "cc-by-sa-3.0", "cc-by-sa-4.0", "cc-by-nc-2.0"],
  ...["cc-by-nc-3.0", "cc-by-nc-4.0", "cc-by-nd-4.0", "cc-by-nc-nd-3.0", "cc-by-nc-nd-4.0"],
  ...["cc-by-nc-sa-2.0", "cc-by-nc-sa-3.0", "cc-by-nc-sa-4.0"],
]);

/** Reads what an import gave as the licence: a name in any common spelling, or an address. Null: it is not known here. */
export function readLicence(given: string): LicenceTerms | null {
  const words = given
    .normalize("NFKC")
    .toLowerCase()
    .replace(/creative[\s_-]*commons/gu, "cc")
    .replace(/attribution/gu, "by")
    .replace(/non[\s_-]*commercial/gu, "nc")
    .replace(/share[\s_-]*alike/gu, "sa")
    .replace(/no[\s_-]*deriv(?:ative|ativework)?s?/gu, "nd")
    .replace(/[\s_/,()]+/gu, "-");
  if (/(?:^|-)(?:not|no-longer|except|unless)(?=-)/u.test(words)) return null;
  const found =
    /(?:^|[^a-z])(?:cc-?|licen[cs]es-)(by(?:-(?:nc|sa|nd))*)(?![a-z])(?:-?(?:licen[cs]e-?)?v?(\d\.\d))?/u.exec(
      words,
    );
  const parts = found?.[1]?.split("-") ?? [];
  const restrictions = [...words.matchAll(/(?<![a-z])(?:nc|nd|sa)(?![a-z])/gu)].map(([part]) => part);
  const isCc0 = /\bcc-?0\b|\bcc-?zero\b|publicdomain-zero/u.test(words);
  // Where a text names several licences, or restricts the one that it names, the freest of them must not decide.
  if (restrictions.some((part) => !parts.includes(part)) || (isCc0 && found)) return null;
  if (isCc0) return { ...FREE, name: "CC0 1.0", hubId: "cc0-1.0" };
  if (found) return readCreativeCommons(parts, found[2]);
  return OTHERS.find(({ words: named }) => named.test(words))?.terms ?? null;
}

function readCreativeCommons(parts: readonly string[], version: string | undefined): LicenceTerms {
  const has = (part: string) => parts.includes(part);
  const code = ["by", ...(has("nc") ? ["nc"] : []), ...(has("sa") ? ["sa"] : has("nd") ? ["nd"] : [])].join(
    "-",
  );
  const hubId = `cc-${code}-${version ?? "4.0"}`;
  return {
    name: `CC ${code.toUpperCase()}${version ? ` ${version}` : ""}`,
    hubId: version && HUB_CC.has(hubId) ? hubId : null,
    attribution: true,
    shareAlike: has("sa"),
    nonCommercial: has("nc"),
    noDerivatives: has("nd") && !has("sa"),
    reserved: false,
  };
}

export interface LicenceReading {
  rows: (LicenceCount & { terms: LicenceTerms | null })[];
  /** What the mix forbids or leaves open, gravest first; each a sentence. */
  warnings: string[];
  /** For the card's metadata. */
  hubLicence: string;
}

/**
 * What the licences of the pictures say together. It reads names and knows what well-known licences ask for; it is no
 * advice of a lawyer. Scaled pictures are adaptations, which is why the form in which they are passed on counts.
 */
export function weighLicences(counts: readonly LicenceCount[], images: ImageForm | null): LicenceReading {
  const rows = counts.map((row) => ({
    ...row,
    terms: row.licence === null ? null : readLicence(row.licence),
  }));
  const having = (is: (terms: LicenceTerms) => boolean) =>
    rows.reduce((sum, { terms, images }) => sum + (terms && is(terms) ? images : 0), 0);
  const unnamed = rows.reduce((sum, { licence, images }) => sum + (licence === null ? images : 0), 0);
  const strange = rows.filter(({ licence, terms }) => licence !== null && terms === null);
  const reserved = having((terms) => terms.reserved);
  const noDerivatives = having((terms) => terms.noDerivatives);
  const nonCommercial = having((terms) => terms.nonCommercial);
  const shareAlike = namesOf(rows, (terms) => terms.shareAlike);
  // Two that both ask for their own terms are named already.
  const freeToAll = namesOf(rows, ({ shareAlike: is, nonCommercial: forbids }) => is && !forbids);
  const restricted = namesOf(rows, ({ shareAlike: is, nonCommercial: forbids }) => forbids && !is);
  const attribution = having((terms) => terms.attribution);
  const warnings = [
    reserved > 0
      ? `${pictures(reserved)} may not be passed on without the owner's leave: all rights are reserved.`
      : "",
    unnamed > 0
      ? `The licence of ${pictures(unnamed)} is not known: the import named none. Whether they may be passed on is open.`
      : "",
    ...strange.map(
      ({ licence, images }) =>
        `“${licence ?? ""}” (${pictures(images)}) is no licence that is known here: read its terms.`,
    ),
    nonCommercial > 0
      ? `Not for commercial use: ${pictures(nonCommercial)} ${nonCommercial === 1 ? "is" : "are"} under a NonCommercial licence, and with ${nonCommercial === 1 ? "it" : "them"} the set as a whole.`
      : "",
    noDerivatives > 0
      ? `${pictures(noDerivatives)} may be passed on only as they are (NoDerivatives)${images === "training" ? "; this export scales them down, so it may not be passed on with them" : ""}.`
      : "",
    shareAlike.length > 0
      ? `What is adapted from pictures under ${shareAlike.join(", ")} has to be shared under the same terms.`
      : "",
    shareAlike.length > 1
      ? `${shareAlike.join(" and ")} do not go together in one adapted work: each asks for its own terms.`
      : "",
    freeToAll.length > 0 && restricted.length > 0
      ? `${freeToAll.join(", ")} and ${restricted.join(", ")} do not go together in one adapted work: the first asks that everyone may use it, for commerce as well, and the second forbids that.`
      : "",
    attribution > 0 ? `${pictures(attribution)} ask for attribution: pass their sources on with them.` : "",
  ].filter((warning) => warning !== "");
  return { rows, warnings, hubLicence: hubLicenceOf(rows) };
}

function hubLicenceOf(rows: LicenceReading["rows"]): string {
  if (rows.length === 0 || rows.some(({ licence }) => licence === null)) return "unknown";
  const ids = new Set(rows.map(({ terms }) => terms?.hubId ?? "other"));
  const [only = "other"] = ids;
  return ids.size === 1 ? only : "other";
}

function namesOf(rows: LicenceReading["rows"], is: (terms: LicenceTerms) => boolean): string[] {
  return [...new Set(rows.flatMap(({ terms }) => (terms && is(terms) ? [terms.name] : [])))];
}

function pictures(count: number): string {
  return `${count.toLocaleString("en-US")} ${count === 1 ? "picture" : "pictures"}`;
}

export const LEAK_VERSION = "leak-1";

/**
 * Words by which a thought gives away that it was made from a description: the published list, with "according to"
 * and "the user". Matched as whole words in any case; blanks in a term match any run of blanks.
 */
export const LEAK_TERMS: readonly string[] = [
  "description",
  "descriptions",
  "describe",
  "describes",
  "described",
  "mention",
  "mentions",
  "mentioned",
  "misread",
  "text",
  "state",
  "states",
  "stated",
  "say",
  "says",
  "said",
  "internal",
  "mental",
  "visualize",
  "visualization",
  "the image described",
  "user's",
  "the user",
  "detailed image",
  "according to",
];

/** A leak word where it stands: offsets in UTF-16 code units into the text that was searched, end exclusive. */
export type Leak = { term: string; match: string; start: number; end: number };

/** All leak words of a text from left to right. Where terms overlap, the one that begins first counts, then the longest. */
export function findLeaks(text: string, terms: readonly string[] = LEAK_TERMS): Leak[] {
  if (terms.length === 0) return [];
  const { pattern, byForm } = prepare(terms);
  return [...text.matchAll(pattern)].map((match) => ({
    term: byForm.get(foldTerm(match[0])) ?? foldTerm(match[0]),
    match: match[0],
    start: match.index,
    end: match.index + match[0].length,
  }));
}

type Prepared = { pattern: RegExp; byForm: ReadonlyMap<string, string> };
const prepared = new WeakMap<readonly string[], Prepared>();

/** One list serves all thoughts of a run. */
function prepare(terms: readonly string[]): Prepared {
  const known = prepared.get(terms);
  if (known) return known;
  const forms = [...terms]
    .sort((left, right) => right.length - left.length)
    .map((term) =>
      term
        .trim()
        .replace(/[.*+?^${}()|[\]\\]/gu, "\\$&")
        .replace(/['’]/gu, "['’]")
        .replace(/\s+/gu, "\\s+"),
    );
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}_])(?:${forms.join("|")})(?![\\p{L}\\p{N}_])`, "giu");
  const made = { pattern, byForm: new Map(terms.map((term) => [foldTerm(term), term])) };
  prepared.set(terms, made);
  return made;
}

function foldTerm(term: string): string {
  return term.trim().toLowerCase().replace(/’/gu, "'").replace(/\s+/gu, " ");
}

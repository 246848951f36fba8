/**
 * Writes a text in the spelling of another one: the rules are written in American English, and a description or a
 * question may be in British.
 */
export function spellLike(model: string, text: string): string {
  if (!/\b(?:colour|grey|centre|neighbour)/i.test(model)) return text;
  return text
    .replace(/\b([Cc])olor/g, "$1olour")
    .replace(/\b([Gg])ray\b/g, "$1rey")
    .replace(/\b([Cc])enter\b/g, "$1entre")
    .replace(/\b([Nn])eighbor/g, "$1eighbour");
}

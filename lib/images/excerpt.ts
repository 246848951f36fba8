/** The beginning of a text, cut at a word. */
export function excerptOf(text: string, characters: number): string {
  const flat = text.replace(/\s+/g, " ").trim();
  if (flat.length <= characters) return flat;
  const cut = flat.slice(0, characters);
  const end = cut.lastIndexOf(" ");
  return `${cut.slice(0, end > characters / 2 ? end : characters)}…`;
}

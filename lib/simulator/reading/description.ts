/**
 * The dense description in a request: between tags or under a heading that names it, else the longest paragraph of
 * at least `minWords` words.
 */
export function findDescription(text: string, minWords = 25): string | undefined {
  const tagged = /<((?:\w+[_-])?(?:description|caption))>\s*([\s\S]+?)\s*<\/\1>/i.exec(text);
  if (tagged?.[2] && tagged[2].length > 20) return tagged[2];
  const headed = findHeaded(text);
  if (headed) return headed;
  let longest = "";
  for (const paragraph of text.split(/\n\s*\n|\n(?=\s*(?:[#>*-]|<))/)) {
    if (paragraph.length > longest.length) longest = paragraph;
  }
  const found = longest.trim();
  return countWords(found) >= minWords ? found : undefined;
}

export function countWords(text: string): number {
  return text.match(/\S+/g)?.length ?? 0;
}

function findHeaded(text: string): string | undefined {
  const heading =
    /(?:^|\n)[ \t#*]*(?:[\w-]+ ){0,3}(?:description|caption)(?: of [^\n:]{1,40})?[*]*[ \t]*:[ \t*]*\n*/gi;
  let best: string | undefined;
  for (const match of text.matchAll(heading)) {
    const rest = text.slice(match.index + match[0].length);
    const end = rest.search(
      /\n[ \t#*]*(?:question|choices|options|task|number|instructions?|output|format)\b[^\n]*|\n\s*\n|\n\s*<|<\|/i,
    );
    const own = (end < 0 ? rest : rest.slice(0, end)).trim();
    if (countWords(own) >= 8) best = own;
  }
  return best;
}

/** Words as a reader counts them: runs of anything but blanks (`\s`). Makes none of them: each thought comes through here. */
export function countWords(text: string): number {
  let words = 0;
  let isInWord = false;
  for (let index = 0; index < text.length; index += 1) {
    const isPart = !isBlank(text.charCodeAt(index));
    if (isPart && !isInWord) words += 1;
    isInWord = isPart;
  }
  return words;
}

function isBlank(unit: number): boolean {
  if (unit < 0x80) return unit === 0x20 || (unit >= 0x09 && unit <= 0x0d);
  return BLANKS.has(unit);
}

/** What `\s` matches beyond ASCII: white space and line ends of Unicode, and the byte order mark. */
const BLANKS = new Set([
  0xa0, 0x1680, 0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005, 0x2006, 0x2007, 0x2008, 0x2009, 0x200a,
  0x2028, 0x2029, 0x202f, 0x205f, 0x3000, 0xfeff,
]);

/** The letter of a choice by its position: 0 is "A". There are never more than 26 choices. */
export function choiceLetter(index: number): string {
  if (!Number.isInteger(index) || index < 0 || index > 25) {
    throw new RangeError(`There is no letter for choice ${index}.`);
  }
  return String.fromCharCode(65 + index);
}

/** The position that a single letter names, in either case, or null where it names none of the choices. */
export function letterIndex(letter: string, choiceCount: number): number | null {
  if (!/^[A-Za-z]$/.test(letter)) return null;
  const index = letter.toUpperCase().charCodeAt(0) - 65;
  return index < choiceCount ? index : null;
}

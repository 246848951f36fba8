import type { Random } from "#lib/random.ts";
import { colorPool, colors, materialGroups, materials, nearColors, numberWords } from "./lexicon.ts";
import { upperFirst } from "./topic.ts";

/** Three colors that cannot be taken for the right one; those of other things in the picture come first. */
export function otherColors(color: string, present: readonly string[], random: Random): string[] {
  const taken = colorsIn(color);
  const isFree = (candidate: string) =>
    colorsIn(candidate).every((own) => !taken.some((other) => isNear(own, other)));
  const modifier = color.split(" ").find((word) => /^(?:dark|light|pale|bright|deep|dull)$/.test(word));
  const result: string[] = [];
  const candidates = [...random.shuffle([...new Set(present)]).slice(0, 2), ...random.shuffle(colorPool)];
  for (const candidate of candidates) {
    if (result.length === 3) break;
    if (!isFree(candidate)) continue;
    if (
      result.some((chosen) =>
        colorsIn(chosen).some((one) => colorsIn(candidate).some((other) => isNear(one, other))),
      )
    ) {
      continue;
    }
    const takesModifier = modifier && /^(?:red|green|blue|purple|brown|gray|orange|pink)$/.test(candidate);
    result.push(takesModifier ? `${modifier} ${candidate}` : candidate);
  }
  return result;
}

/** Three counts around the right one, none below one. */
export function otherCounts(count: number, random: Random): string[] {
  const low = Math.max(1, count - (1 + random.int(3)));
  const candidates = [low, low + 1, low + 2, low + 3, low + 4].filter((each) => each !== count);
  return random
    .shuffle(candidates)
    .slice(0, 3)
    .map((each) => countWord(each));
}

export function countWord(count: number): string {
  return upperFirst(numberWords[count] ?? String(count));
}

export function otherMaterials(material: string, random: Random): string[] {
  const own = materialGroups.find((group) => group.has(material));
  const groups = random.shuffle(materialGroups.filter((group) => group !== own));
  return groups.slice(0, 3).map((group) => random.pick([...group]));
}

/** Other places for the same thing: mirrored, or on another side of what it stands by. */
export function otherPlaces(where: string, random: Random): string[] {
  const found = new Set<string>();
  const add = (candidate: string) => {
    const isNamed = [where, ...found].some((each) => directionsIn(each) === directionsIn(candidate));
    const isNew = directionsIn(candidate) === "" ? candidate !== where : !isNamed;
    if (isNew) found.add(candidate);
  };
  for (const [one, other] of opposites) {
    if (new RegExp(`\\b${one}\\b`).test(where)) add(where.replace(new RegExp(`\\b${one}\\b`), other));
    else if (new RegExp(`\\b${other}\\b`).test(where)) add(where.replace(new RegExp(`\\b${other}\\b`), one));
  }
  const [mirrored] = found;
  if (mirrored !== undefined) {
    for (const [one, other] of opposites) {
      if (new RegExp(`\\b${one}\\b`).test(mirrored)) add(mirrored.replace(new RegExp(`\\b${one}\\b`), other));
    }
  }
  const side = /^(?:on|at|to|in|along) the (?:[\w-]+ ){1,2}(?:side|edge|corner|end|half|part) of (.+)$/.exec(
    where,
  );
  const isInFrame = /\b(?:image|view|picture|photo|photograph|frame|scene)\b/.test(where);
  if (isInFrame || /^(?:in|at) the [\w-]+(?: [\w-]+)?$/.test(where)) {
    for (const candidate of random.shuffle(framePlaces)) {
      if (!overlaps(candidate, where)) add(candidate);
    }
  } else if (side?.[1]) {
    for (const each of random.shuffle(["behind", "in front of", "under", "above"])) add(`${each} ${side[1]}`);
  } else {
    const preposition = prepositions.find((each) => where.startsWith(`${each} `));
    const rest = preposition === undefined ? "" : where.slice(preposition.length);
    // One of each family: "beside" and "next to" would be the same choice twice.
    const families = random.shuffle(near.filter((group) => !group.includes(preposition ?? "")));
    for (const family of families) {
      if (preposition !== undefined) add(random.pick(family) + rest);
    }
  }
  return [...found].slice(0, 3);
}

/** Writing of the same kind: the same case and about the same length, or numbers with another digit. */
export function otherWritings(writing: string, present: readonly string[], random: Random): string[] {
  const found = new Set(random.shuffle(present.filter((each) => each !== writing)).slice(0, 1));
  if (/^\d[\d.:-]*$/.test(writing)) {
    for (let attempt = 0; found.size < 3 && attempt < 30; attempt += 1) {
      const at = random.int(writing.length);
      if (!/\d/.test(writing.charAt(at))) continue;
      const candidate = writing.slice(0, at) + String(1 + random.int(9)) + writing.slice(at + 1);
      if (candidate !== writing) found.add(candidate);
    }
    return [...found];
  }
  const isUpper = writing === writing.toUpperCase();
  const isTwo = writing.includes(" ");
  for (const word of random.shuffle(isTwo ? signPhrases : signWords)) {
    const candidate = isUpper ? word.toUpperCase() : word;
    if (candidate.toLowerCase() !== writing.toLowerCase()) found.add(candidate);
    if (found.size >= 3) break;
  }
  return [...found].slice(0, 3);
}

function colorsIn(text: string): string[] {
  return text.split(/[\s-]+/).filter((word) => colors.has(word));
}

function isNear(one: string, other: string): boolean {
  return one === other || nearColors.some((group) => group.has(one) && group.has(other));
}

const opposites: readonly [string, string][] = [
  ["left", "right"],
  ["upper", "lower"],
  ["top", "bottom"],
  ["foreground", "background"],
  ["front", "back"],
];

/** The directions that a place names, with its first word: two places that share them are the same choice twice. */
function directionsIn(where: string): string {
  const words = where.match(/\b(?:left|right|upper|lower|top|bottom|center|foreground|background)\b/g) ?? [];
  if (words.length === 0) return "";
  const own = words.map((word) => ({ top: "upper", bottom: "lower" })[word] ?? word).sort();
  return `${/^(?:behind|under|above|below|in front|beside|next)/.exec(where)?.[0] ?? ""} ${own.join(" ")}`;
}

/** Whether a place in the frame could be meant by another one: the left side holds the upper left corner. */
function overlaps(one: string, other: string): boolean {
  return !opposites.some(
    ([first, second]) =>
      (new RegExp(`\\b${first}\\b`).test(one) && new RegExp(`\\b${second}\\b`).test(other)) ||
      (new RegExp(`\\b${second}\\b`).test(one) && new RegExp(`\\b${first}\\b`).test(other)),
  );
}

const prepositions = [
  "in front of",
  "on top of",
  "next to",
  "behind",
  "under",
  "beneath",
  "above",
  "below",
  "beside",
  "inside",
  "on",
];

/** Places that a thing can be at the same time. */
const near: readonly string[][] = [
  ["next to", "beside"],
  ["under", "beneath", "below"],
  ["on top of", "on"],
  ["in front of"],
  ["behind"],
  ["above"],
  ["inside"],
];

const framePlaces = [
  "in the upper left corner of the picture",
  "in the upper right corner of the picture",
  "in the lower left corner of the picture",
  "in the lower right corner of the picture",
  "in the center of the picture",
];

const signWords = [
  "Market",
  "Station",
  "Welcome",
  "Harbor",
  "Garden",
  "Express",
  "Union",
  "Bakery",
  "Central",
  "Marina",
  "Kodak",
  "Hotel",
  "Atlas",
  "Victor",
];
const signPhrases = [
  "Main Street",
  "Grand Hotel",
  "North Pier",
  "Open Daily",
  "Model 240",
  "City Garage",
  "Royal Mail",
  "Lake View",
  "Old Mill",
  "No Parking",
];

/** Every material by its proper name, for tests. */
export const materialNames: readonly string[] = [...new Set(Object.values(materials))];

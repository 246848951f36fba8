import { type ClassValue, clsx } from "clsx";

/**
 * Joins class names; of two Tailwind classes for the same property the last wins, in each state and width by itself.
 * It knows what this app uses, as `tailwind-merge` does (a test compares the two), in a fifth of its size: this is
 * loaded before anything is shown.
 */
export function cn(...inputs: ClassValue[]): string {
  const taken = new Set<string>();
  const kept: string[] = [];
  for (const name of clsx(inputs).split(/\s+/).reverse()) {
    const place = placeOf(name);
    if (place !== null && taken.has(place.own)) continue;
    kept.push(name);
    for (const one of place?.all ?? []) taken.add(one);
  }
  return kept.reverse().join(" ");
}

interface Place {
  /** The property that a class sets, with the state and width that it is for. */
  own: string;
  /** That, and what else it sets with it. */
  all: string[];
}

const places = new Map<string, Place | null>();

function placeOf(name: string): Place | null {
  const known = places.get(name);
  if (known !== undefined) return known;
  const [, scope = "", base = name, important = ""] = SCOPED.exec(name) ?? [];
  const property = propertyOf(base);
  const at = (of: string) => `${scope.split(":").sort().join(":")}${important} ${of}`;
  const place = property === null ? null : { own: at(property), all: coveredBy(property).map(at) };
  places.set(name, place);
  return place;
}

/** `hover:[&_svg]:-mt-2!`: what it stands for, the class itself, and its `!`. */
const SCOPED = /^((?:(?:\[[^\]]*\]|[^\s:[\]]+(?:\[[^\]]*\])?[^\s:[\]]*):)*)-?(.+?)(!?)$/;

/** The property by the words that set it; the first that fits. Classes that fit none never meet another of theirs. */
const PROPERTIES: readonly (readonly [string, RegExp])[] = [
  ["display", /^(?:(?:inline-)?(?:block|flex|grid)|inline|hidden|contents|table(?:-cell|-row)?)$/],
  ["position", /^(?:static|fixed|absolute|relative|sticky)$/],
  ["screen-reader", /^(?:not-)?sr-only$/],
  ["text-align", /^text-(?:left|center|right|start|end)$/],
  ["text-wrap", /^text-(?:wrap|nowrap|balance|pretty)$/],
  ["font-size", /^text-(?:\d*xs|sm|base|lg|\d*xl|\[[\d.].*)$/],
  ["text-color", /^text-/],
  ["text-line", /^(?:underline|no-underline|line-through)$/],
  ["text-case", /^(?:uppercase|lowercase|capitalize|normal-case)$/],
  ["line-width", /^decoration-(?:\d|\[)/],
  ["line-style", /^decoration-(?:dashed|dotted|solid|wavy)$/],
  ["line-color", /^decoration-/],
  ["font-style", /^(?:not-)?italic$/],
  ["font-family", /^font-(?:sans|serif|mono)$/],
  ["font-weight", /^font-/],
  ["break", /^break-/],
  ["background", /^bg-/],
  ["border", /^border(?:-\d|-\[\d.*)?$/],
  ["border-$1", /^border-([xytrbl])(?:-\d)?$/],
  ["border-style", /^border-(?:dashed|dotted|solid|none)$/],
  ["border-color-$1", /^border-([xytrbl])-/],
  ["border-color", /^border-(?!collapse)/],
  ["rounded", /^rounded(?:-(?:xs|sm|md|lg|xl|full|none|\[.*))?$/],
  ["rounded-$1", /^rounded-(t|r|b|l|tl|tr|bl|br)(?:-.*)?$/],
  ["ring-width", /^ring(?:-\d)?$/],
  ["ring-color", /^ring-(?!inset)/],
  ["outline-offset", /^outline-offset-/],
  ["outline-style", /^outline-(?:none|hidden)$/],
  ["outline-width", /^outline(?:-\d)?$/],
  ["flex-direction", /^flex-(?:row|col)/],
  ["flex-wrap", /^flex-(?:no)?wrap/],
  ["flex", /^flex-/],
  ["$1", /^(shrink|grow)(?:-.*)?$/],
  ["transition", /^transition(?:-.*)?$/],
  ["truncate", /^truncate$/],
  ["column", /^col-(?:span-|auto$)/],
  ["$1", /^([pm][xytrblse]?|(?:min-|max-)?[wh]|size|gap(?:-[xy])?|inset(?:-[xy])?|top|right|bottom|left)-./],
  ["$1", /^(scroll-[pm][xytrbl]?|translate-[xy]|rotate|basis|justify-(?:items|self)|justify|items|self)-./],
  ["$1", /^(place-(?:content|items|self)|grid-(?:cols|rows)|content|order|line-clamp|overflow(?:-[xy])?)-./],
  [
    "$1",
    /^(z|opacity|shadow|cursor|leading|tracking|whitespace|align|list|object|fill|stroke|animate|touch)-./,
  ],
  ["$1", /^(aspect|underline-offset|pointer-events|select|accent|duration|wrap|origin|resize)-./],
];

function propertyOf(base: string): string | null {
  for (const [property, words] of PROPERTIES) {
    const found = words.exec(base);
    if (found) return property.replace("$1", found[1] ?? "");
  }
  return null;
}

/** What a property sets along with itself: after `px-4`, `p-2` is all there is. */
function coveredBy(property: string): string[] {
  const [, box, axis] = /^((?:scroll-)?[pm]|border-?)([xy]?)$/.exec(property) ?? [];
  if (box !== undefined) {
    const side = box === "border" ? "border-" : box;
    const sides = axis === "x" ? ["r", "l"] : axis === "y" ? ["t", "b"] : [..."xytrblse"];
    return [property, ...sides.map((one) => side + one)];
  }
  return [property, ...(COVERS[property] ?? [])];
}

const COVERS: Record<string, string[]> = {
  size: ["w", "h"],
  gap: ["gap-x", "gap-y"],
  overflow: ["overflow-x", "overflow-y"],
  inset: ["inset-x", "inset-y", "top", "right", "bottom", "left"],
  "inset-x": ["right", "left"],
  "inset-y": ["top", "bottom"],
  "font-size": ["leading"],
  "line-clamp": ["display", "overflow"],
  "border-color": ["border-color-t", "border-color-r", "border-color-b", "border-color-l"],
  rounded: ["rounded-t", "rounded-r", "rounded-b", "rounded-l"],
  flex: ["basis", "grow", "shrink"],
};

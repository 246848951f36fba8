/** What a question is about, read from its wording, so that a thought can name what it looks at. */
export type Topic = {
  kind: TopicKind;
  /** A noun phrase with its article: "the fuel tank". */
  focus: string;
  isPlural: boolean;
};

export type TopicKind =
  | "color"
  | "count"
  | "place"
  | "material"
  | "writing"
  | "facing"
  | "origin"
  | "cause"
  | "use"
  | "presence"
  | "other";

/** Reads the topic; a question in other words than ours gives a focus that always fits. */
export function readTopic(question: string): Topic {
  if (/\b(?:of these|of the following|do you find)\b/i.test(question)) {
    return { kind: "presence", focus: "the scene as a whole", isPlural: false };
  }
  for (const [kind, pattern, isPlural] of patterns) {
    const match = pattern.exec(question);
    const focus = match?.[1]?.trim();
    if (match && focus !== undefined && focus.length > 2 && focus.length < 70) {
      const isSpot = spot.test(focus);
      return {
        kind,
        focus: isSpot ? `the place ${focus}` : withArticle(lowerFirst(focus)),
        isPlural: isPlural ?? isPluralPhrase(focus),
      };
    }
  }
  return {
    kind: kindInWords(question),
    focus: nounAfterThe(question) ?? "the scene as a whole",
    isPlural: false,
  };
}

/** "the red straps" → true; looks at the head noun, which stands before any "of", "on" or "behind". */
export function isPluralPhrase(phrase: string): boolean {
  const head =
    phrase.split(/\s(?:of|on|in|at|behind|beside|under|above|below|with|that|which|near)\s/i)[0] ?? phrase;
  if (/\band\b/.test(head)) return true;
  const last = head.trim().split(/\s+/).at(-1)?.toLowerCase() ?? "";
  if (/^(?:people|men|women|children|feet|teeth|geese|mice|sheep|fish|leaves)$/.test(last)) return true;
  if (
    /^(?:canvas|glass|grass|compass|dress|cross|lens|bus|gas|moss|iris|cactus|brass|mattress|harness|atlas|chassis|series|mess|boss|press|pass)$/.test(
      last,
    )
  ) {
    return false;
  }
  return /[^su]s$/.test(last) && !/(?:ss|us|is)$/.test(last);
}

export function lowerFirst(text: string): string {
  // Names, abbreviations and letters on signs keep their capitals.
  return /^[A-Z](?:[a-z]|\s)/.test(text) && !/^I\s/.test(text)
    ? text.charAt(0).toLowerCase() + text.slice(1)
    : text;
}

export function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** "behind the motorcycle": asked about by where it is. */
const spot =
  /^(?:behind|beside|under|above|below|next to|in front of|on|on top of|inside|in|near|beneath|between|to the) /;

const patterns: readonly [TopicKind, RegExp, boolean?][] = [
  [
    "facing",
    /^(?:Which way|In (?:which|what) direction) (?:is|are|does|do) (.+?) (?:turned|facing|face|looking|look|pointing|point)\?/i,
  ],
  ["origin", /\bfrom (?:where|which side|what direction) (?:is|are|does|do) (.+?) com(?:e|ing)\b/i, false],
  [
    "color",
    /^(?:What|Which) colou?rs? (?:is|are|does|do|was|were) (.+?)(?: have)?(?: in (?:the|this) \w+)?\?/i,
  ],
  ["color", /colou?rs? (?:of|is|are) (the .+?)(?: in (?:the|this) \w+)?\?/i],
  ["count", /^How many (.+?) (?:is|are|can|do|does|appear|stand|in the|in this)\b/i, true],
  [
    "place",
    /^Where(?: in (?:the|this) \w+)? (?:is|are|does|do) (.+?)(?: located| placed| positioned| stand| sit| in (?:the|this) \w+)?\?/i,
  ],
  [
    "place",
    /^What (?:is|stands|lies|sits|rests|can be seen) (?:directly |just )?((?:behind|beside|under|above|below|next to|in front of|on top of|inside|in|on|at|near|beneath|between|to the) .+?)\?/i,
    false,
  ],
  ["material", /^What (?:is|are) (.+?) made (?:of|from)\?/i],
  ["material", /^(?:What|Which) material (?:is|are) (.+?)(?: made (?:of|from))?\?/i],
  [
    "writing",
    /(?:words?|writing|letters?|lettering|text|name|numbers?)\b.*? (?:appears?|is|are|stands?|can be read|reads?|written|printed|shown) (?:on|in|across|along) (.+?)(?: read)?\?/i,
    false,
  ],
  ["writing", /^What does (the .+?) (?:read|say|spell)\b/i, false],
  ["cause", /^Why (?:is|are|does|do|might|would) (.+?) (?:in|so|look|appear|stand|be|seem)\b/i],
  ["use", /^Which (?:object|item)s? in (the (?:picture|image|scene)) .*? (?:to|for) .+?\?/i, false],
];

function kindInWords(question: string): TopicKind {
  if (/^how many\b/i.test(question)) return "count";
  if (/^where\b/i.test(question)) return "place";
  if (/^why\b|explain/i.test(question)) return "cause";
  if (/\bcan be seen|not (?:visible|seen|shown)|which of (?:these|the following)|do you find/i.test(question))
    return "presence";
  if (/\bused? (?:to|for)\b/i.test(question)) return "use";
  return "other";
}

function nounAfterThe(question: string): string | undefined {
  const match =
    /\bthe ((?:[\w'-]+ ){0,2}[\w'-]+?)(?=\?|,| (?:in|on|at|of|is|are|that|which|and|from|with|to|made|look|appear|seem)\b)/i.exec(
      question,
    );
  const noun = match?.[1];
  if (!noun || /^(?:image|picture|photo|photograph|view|scene|frame|following)$/i.test(noun))
    return undefined;
  return `the ${noun}`;
}

function withArticle(phrase: string): string {
  return /^(?:the|a|an|this|that|these|those|its|their|behind|beside|under|above|below|next|in|on|inside|near|beneath)\b/i.test(
    phrase,
  )
    ? phrase
    : `the ${phrase}`;
}

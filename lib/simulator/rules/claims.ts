import type { Random } from "#lib/random.ts";
import type { AskedChoice } from "../task.ts";
import { lowerFirst, type Topic, type TopicKind } from "./topic.ts";

/**
 * A choice's text as it stands inside a sentence: in quotation marks where it would not fit in as it is, such as a
 * place or a whole clause.
 */
export function inSentence(choice: AskedChoice, topic: Topic): string {
  const text = bare(choice);
  const isThing = /^(?:an?|the|two|three|some) /.test(text) || topic.kind === "writing";
  const isClumsy = quotedKinds.has(topic.kind) || text.split(" ").length > 4;
  return topic.kind === "cause" || (isClumsy && !isThing) ? `"${text}"` : text;
}

const quotedKinds: ReadonlySet<TopicKind> = new Set(["place", "facing", "origin", "cause"]);

function bare(choice: AskedChoice): string {
  return lowerFirst(choice.text.replace(/[.!?]+$/, ""));
}

/** "(B) dark red", or the text alone where the choices have no labels. */
export function withLabel(choice: AskedChoice): string {
  return choice.label
    ? `(${choice.letter}) ${choice.text.replace(/\.$/, "")}`
    : choice.text.replace(/\.$/, "");
}

/** A clause that claims the choice of what is looked at, without a full stop: "the fuel tank looks red". */
export function claim(topic: Topic, choice: AskedChoice, random: Random): string {
  const { focus, isPlural } = topic;
  const text = bare(choice);
  const are = isPlural ? "are" : "is";
  const look = isPlural ? "look" : "looks";
  switch (topic.kind) {
    case "color":
      return random.pick([
        `${focus} ${look} ${text}`,
        `${focus} ${are} ${text}`,
        `the color of ${focus} comes closest to ${text}`,
        `I see ${text} on ${focus}`,
      ]);
    case "count":
      return random.pick([
        `I count ${text}`,
        `the count comes to ${text}`,
        `I arrive at ${text}`,
        `going from left to right gives ${text}`,
      ]);
    case "place":
      if (focus.startsWith("the place ")) {
        const where = focus.slice("the place ".length);
        return random.pick([`what I find ${where} is ${text}`, `${text} is what I see ${where}`]);
      }
      return random.pick([
        `${focus} ${are} ${text}`,
        `I find ${focus} ${text}`,
        `${focus} ${isPlural ? "sit" : "sits"} ${text}`,
      ]);
    case "facing":
      return random.pick([`${focus} ${are} turned ${text}`, `the line of ${focus} runs ${text}`]);
    case "origin":
      return random.pick([`it comes ${text}`, `the bright sides tell that it comes ${text}`]);
    case "material":
      return random.pick([
        `${focus} ${look} like ${text}`,
        `the surface of ${focus} has the grain and shine of ${text}`,
        `${focus} ${are} made of ${text}`,
      ]);
    case "writing":
      return random.pick([
        `the letters spell ${choice.text}`,
        `I read ${choice.text} on ${focus}`,
        `the lettering on ${focus} comes out as ${choice.text}`,
      ]);
    case "cause":
      return random.pick([`the likeliest reason is this: ${text}`, `what fits the scene is this: ${text}`]);
    case "use":
      return random.pick([`${text} would serve for that`, `the thing for that would be ${text}`]);
    case "presence":
      return random.pick([`${text} is the one that answers the question`, `the one that fits is ${text}`]);
    case "other":
      return random.pick([
        `what I see fits ${text}`,
        `${text} comes closest to what I see`,
        `it points to ${text}`,
      ]);
  }
}

/** A sentence on how the thing was looked at. */
export function observe(topic: Topic, random: Random): string {
  return random.pick(observations[topic.kind]).replaceAll("{focus}", topic.focus);
}

const observations: Record<Topic["kind"], readonly string[]> = {
  color: [
    "The light there is even enough to judge the color.",
    "I compare it with the colors right next to it, since the surroundings can tint it.",
    "There is some shadow on one side, so I go by the part that is well lit.",
    "The edges are clear, so the color does not run into its neighbors.",
    "A highlight makes part of it paler, but the rest keeps its true tone.",
  ],
  count: [
    "I go from the left edge to the right and count each one once.",
    "Some of them overlap a little, so I count the tops and not the outlines.",
    "I check the foreground first and then the background, so that none is left out.",
    "The ones in the back are smaller, and they count as well.",
    "I group them in pairs to keep track of where I am.",
  ],
  place: [
    "I use the center of the picture as a reference and look at what lies on each side of it.",
    "I follow the edges of the frame to see which corner is nearest.",
    "I look at what it touches and what stands around it.",
    "The overlap of the shapes shows which one is in front.",
    "Left and right are meant from where the viewer stands.",
  ],
  facing: [
    "I look at the front side and at where that points.",
    "The nearer side looks larger, which tells how it is turned.",
    "I compare what can be seen of its two sides.",
  ],
  origin: [
    "I look at which sides are bright and where the shadows fall.",
    "Highlights lie on the side that faces the light.",
    "The shadows are drawn out on the far side of things.",
  ],
  material: [
    "I look at how the light falls on it and at the pattern of its surface.",
    "The edges and the joints tell more than the color does.",
    "There is a slight reflection, and the surface has a fine structure.",
    "The way it is worn at the corners gives a hint.",
  ],
  writing: [
    "The letters are small, so I go through them one at a time.",
    "The contrast with the background is good enough to make the letters out.",
    "I look at the first and the last letter and then at the length of the word.",
    "Part of it is at an angle, which makes some of the letters narrower.",
  ],
  cause: [
    "I look at where the light comes from and at what stands in its way.",
    "I ask what would have to be different if it were otherwise.",
    "The other things in the scene have to fit the same explanation.",
    "I look for a sign of it elsewhere in the picture.",
  ],
  use: [
    "I go through the things in the picture and ask what each is made for.",
    "Its shape and its size give away what it is used for.",
    "It has to be in the picture and it has to fit the purpose.",
  ],
  presence: [
    "I go over the foreground, the middle and the background in turn.",
    "I take each choice and look for it in the picture.",
    "Small things at the edges are easily overlooked, so I check the corners too.",
  ],
  other: [
    "I look at the shape first and at the details after that.",
    "I take in the whole scene and then this one part of it.",
    "The things around it help to make sense of it.",
    "It is clear enough in the picture to be judged.",
  ],
};

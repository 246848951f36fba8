import type { Random } from "#lib/random.ts";
import {
  countWord,
  otherColors,
  otherCounts,
  otherMaterials,
  otherPlaces,
  otherWritings,
} from "./distractors.ts";
import { definite, type Fact, verbFor } from "./facts.ts";
import { commonThings, places, purposes } from "./lexicon.ts";
import { lowerFirst, upperFirst } from "./topic.ts";
import type { WrittenQuestion } from "./written-question.ts";

/** A description with all that was found in it. */
export type Scene = {
  description: string;
  facts: readonly Fact[];
  things: readonly string[];
  random: Random;
};

/** The question about one fact; undefined where no three other choices can be found. */
export function askAbout(fact: Fact, scene: Scene): WrittenQuestion | undefined {
  const { random } = scene;
  switch (fact.kind) {
    case "color": {
      const present = scene.facts.flatMap((each) => (each.kind === "color" ? [each.color] : []));
      const subject = definite(fact.subject);
      const is = verbFor(fact.isPlural, fact.subject);
      return compose(
        random.pick([
          `What color ${is} ${subject}?`,
          `Which color ${is === "are" ? "do" : "does"} ${subject} have?`,
        ]),
        fact.color,
        otherColors(fact.color, present, random),
        "Recognition",
        `${subject} ${is} ${fact.color}`,
        random,
      );
    }
    case "count":
      return compose(
        random.pick([
          `How many ${fact.subject} can be seen?`,
          `How many ${fact.subject} are there in the picture?`,
        ]),
        countWord(fact.count),
        otherCounts(fact.count, random),
        "Counting and Quantification",
        `there are ${countWord(fact.count).toLowerCase()} ${fact.subject}`,
        random,
      );
    case "material": {
      const subject = definite(fact.subject);
      const is = verbFor(fact.isPlural, fact.subject);
      return compose(
        `What ${is} ${subject} made of?`,
        fact.material,
        otherMaterials(fact.material, random),
        "Recognition",
        `${subject} ${is} made of ${fact.material.toLowerCase()}`,
        random,
      );
    }
    case "writing": {
      const present = scene.facts.flatMap((each) => (each.kind === "writing" ? [each.writing] : []));
      const carrier = fact.carrier ? definite(fact.carrier) : undefined;
      const isNumber = /^\d+$/.test(fact.writing);
      const question = carrier
        ? /\b(?:sign|headline|label|badge|banner|poster|title|sticker|plaque|caption|tag)$/.test(carrier)
          ? `What does ${carrier} read?`
          : `${isNumber ? "Which number" : "What writing"} can be read on ${carrier}?`
        : `Which of these can be read in the picture?`;
      // Another sign's words would be right too where no carrier tells the signs apart.
      const others = otherWritings(fact.writing, carrier ? present : [], random);
      return compose(
        question,
        fact.writing,
        others,
        "Recognition",
        `the lettering is ${fact.writing}`,
        random,
      );
    }
    case "place":
      return askPlace(fact, scene);
    case "neighbor":
      return askNeighbor(fact, scene);
    case "facing": {
      const subject = definite(fact.subject);
      const directions = ["Toward the left", "Toward the right", "Toward the viewer", "Away from the viewer"];
      return compose(
        `Which way ${verbFor(fact.isPlural, fact.subject)} ${subject} turned?`,
        fact.direction,
        directions.filter((each) => each !== fact.direction),
        "Spatial and Relational",
        `${subject} ${verbFor(fact.isPlural, fact.subject)} turned ${lowerFirst(fact.direction)}`,
        random,
      );
    }
    case "light": {
      const sides = ["left", "right", "front", "back"];
      return compose(
        "Judging by highlights and shadows, from where does the main light come?",
        `From the ${fact.from}`,
        sides.filter((side) => side !== fact.from).map((side) => `From the ${side}`),
        "Causal and Commonsense",
        `the light comes from the ${fact.from}`,
        random,
      );
    }
    case "reason": {
      // "It" without what it stands for makes no question.
      if (/\b(?:it|they|them)\b/i.test(`${fact.cause} ${fact.effect}`)) return undefined;
      const mirrored = otherPlaces(fact.cause, random).filter(
        (each) =>
          /\b(?:left|right|top|bottom|front|back|upper|lower)\b/.test(each) &&
          !/corner of the picture|center of the picture/.test(each),
      );
      const others = [...mirrored.slice(0, 1), ...random.shuffle(genericReasons)].slice(0, 3);
      return compose(
        `What best explains this: ${lowerFirst(fact.effect.trim())}?`,
        upperFirst(fact.cause.trim()),
        others.map(upperFirst),
        "Causal and Commonsense",
        lowerFirst(fact.cause),
        random,
      );
    }
    case "purpose":
      return askPurpose(fact, scene);
  }
}

function askPlace(fact: Fact & { kind: "place" }, { random }: Scene): WrittenQuestion | undefined {
  const subject = definite(fact.subject);
  const is = verbFor(fact.isPlural, fact.subject);
  const where = fact.where
    .replace(/ as seen in .*$/, "")
    .replace(/\bof the (?:image|view|photo|photograph|frame|scene)\b/, "of the picture");
  return compose(
    random.pick([`Where ${is} ${subject}?`, `Where in the picture ${is} ${subject}?`]),
    where,
    otherPlaces(where, random),
    "Spatial and Relational",
    `${subject} ${is} ${where}`,
    random,
  );
}

function askNeighbor(fact: Fact & { kind: "neighbor" }, scene: Scene): WrittenQuestion | undefined {
  const { random } = scene;
  // What else stands there would be right as well.
  const alsoThere = scene.facts.flatMap((each) =>
    each.kind === "neighbor" ? [headOf(each.thing), ...each.alsoThere] : [],
  );
  const isFree = (thing: string) =>
    !fact.where.includes(headOf(thing)) &&
    !alsoThere.includes(headOf(thing)) &&
    headOf(thing) !== headOf(fact.thing);
  const inPicture = random.shuffle(scene.things.filter(isFree)).slice(0, 1);
  const others = [...inPicture, ...absentThings(scene).filter(isFree)].slice(0, 3);
  return compose(
    `What can be seen ${fact.where}?`,
    fact.thing,
    others,
    "Spatial and Relational",
    `${fact.where} ${fact.isPlural ? "are" : "is"} ${fact.thing}`,
    random,
  );
}

function askPurpose(fact: Fact & { kind: "purpose" }, scene: Scene): WrittenQuestion | undefined {
  const { random } = scene;
  const isFree = (thing: string) =>
    purposes[headOf(thing)] !== fact.purpose && headOf(thing) !== headOf(fact.thing);
  const others = random.shuffle(scene.things.filter(isFree)).slice(0, 3);
  return compose(
    `Which object in the picture would someone use to ${fact.purpose}?`,
    fact.thing,
    others.length === 3 ? others : [...others, ...absentThings(scene).filter(isFree)].slice(0, 3),
    "Analogical and Goal-Oriented",
    `${fact.thing} serves to ${fact.purpose}`,
    random,
  );
}

/** Where the picture was taken, where its words leave no doubt. */
export function askSetting(scene: Scene): WrittenQuestion | undefined {
  const { random } = scene;
  const text = ` ${scene.description.toLowerCase().replace(/[^a-z0-9]+/g, " ")} `;
  const scored = places.map((place) => ({
    place,
    score: place.words.filter((word) => text.includes(` ${word} `)).length,
  }));
  scored.sort((one, other) => other.score - one.score);
  const [best, second] = scored;
  if (!best || best.score < 2 || best.score === second?.score) return undefined;
  const others = random
    .shuffle(scored.filter(({ score }) => score === 0).map(({ place }) => place.name))
    .slice(0, 3);
  return compose(
    "In what kind of place was this picture most likely taken?",
    best.place.name,
    others,
    "Causal and Commonsense",
    `the surroundings look like ${lowerFirst(best.place.name)}`,
    random,
  );
}

/** One question for each of a few things, in different words: all that a very short description can give. */
export function askPresence(scene: Scene): WrittenQuestion[] {
  const { random } = scene;
  const things = random.shuffle(scene.things);
  const absent = absentThings(scene);
  return random.shuffle(presenceQuestions).flatMap((wording, index) => {
    const thing = things[index % things.length];
    const others = absent.slice(index * 3, index * 3 + 3);
    const question = thing && compose(wording, thing, others, "Recognition", `there is ${thing}`, random);
    return question ? [question] : [];
  });
}

const presenceQuestions = [
  "Which of these can be seen in the picture?",
  "Which of the following things appears in the picture?",
  "One of these things is in the picture. Which one?",
  "Looking over the whole picture, which of these do you find?",
];

/** What is not there, among three things that are. */
export function askAbsence(scene: Scene): WrittenQuestion | undefined {
  const { random, things } = scene;
  const [absent] = absentThings(scene);
  if (things.length < 3 || !absent) return undefined;
  return compose(
    "Which of these is not in the picture?",
    absent,
    random.shuffle(things).slice(0, 3),
    "Recognition",
    `there is no ${headOf(absent)}`,
    random,
  );
}

function absentThings({ description, random }: Scene): string[] {
  const text = description.toLowerCase();
  return random.shuffle(commonThings.filter((thing) => !text.includes(headOf(thing).replace(/s$/, ""))));
}

/** Puts a question together; undefined where the choices are not four different ones. */
function compose(
  question: string,
  key: string,
  others: readonly string[],
  type: string,
  evidence: string,
  random: Random,
): WrittenQuestion | undefined {
  const choices = [key, ...others].map((choice) => upperFirst(choice.trim()));
  const different = new Set(choices.map((choice) => choice.toLowerCase()));
  if (choices.length !== 4 || different.size !== 4) return undefined;
  const right = choices[0] as string;
  return {
    question: upperFirst(question),
    choices: random.shuffle(choices),
    key: right,
    shortAnswer: lowerFirst(right),
    type,
    evidence,
  };
}

/** "A red umbrella" → "umbrella". */
function headOf(thing: string): string {
  return thing.split(" of ")[0]?.split(" with ")[0]?.split(" ").at(-1)?.toLowerCase() ?? "";
}

const genericReasons = [
  "The picture was taken at night",
  "Something outside the picture blocks the view",
  "The camera was moved while the picture was taken",
  "It has been painted that way",
  "It is made of a different material there",
];

import type { Random } from "#lib/random.ts";
import { askAbout, askAbsence, askPresence, askSetting, type Scene } from "./ask.ts";
import { type Fact, findFacts } from "./facts.ts";
import { spellLike } from "./spelling.ts";
import type { WrittenQuestion } from "./written-question.ts";

/**
 * Writes four to eight questions (or `count`, where the facts allow) that a description answers: one for each kind
 * of fact before a second of any kind, and never two about the same thing.
 */
export function makeQuestions(
  description: string,
  count: number | undefined,
  random: Random,
): WrittenQuestion[] {
  const { facts, things } = findFacts(description);
  const usable = withoutAmbiguous(facts);
  const scene: Scene = { description, facts: usable, things, random };
  const byKind = new Map<string, WrittenQuestion[]>();
  for (const fact of random.shuffle(usable)) {
    const question = askAbout(fact, scene);
    if (!question) continue;
    const kind = byKind.get(fact.kind) ?? [];
    kind.push(question);
    byKind.set(fact.kind, kind);
  }
  for (const [kind, question] of [
    ["setting", askSetting(scene)],
    ["presence", askPresence(scene)[0]],
    ["absence", askAbsence(scene)],
  ] as const) {
    if (question) byKind.set(kind, [question]);
  }
  const wanted = Math.min(count ?? 5 + random.int(4), 12);
  const questions = takeInTurn(byKind, wanted, random);
  for (const question of askPresence(scene)) {
    if (questions.length >= Math.min(wanted, fewest)) break;
    if (!questions.some((each) => each.question === question.question)) questions.push(question);
  }
  return questions.map((question) => spellQuestion(description, question));
}

function spellQuestion(description: string, written: WrittenQuestion): WrittenQuestion {
  const spell = (text: string) => spellLike(description, text);
  return {
    ...written,
    question: spell(written.question),
    choices: written.choices.map(spell),
    key: spell(written.key),
    shortAnswer: spell(written.shortAnswer),
  };
}

/** A description of a few words gives this many all the same. */
const fewest = 4;

/** Leaves out what has two answers: one thing with two colors, two counts of the same, two places. */
function withoutAmbiguous(facts: readonly Fact[]): Fact[] {
  const answers = new Map<string, Set<string>>();
  const named = facts.map((fact) => {
    const about = subjectOf(fact);
    const known = answers.get(about.name) ?? new Set();
    known.add(about.answer);
    answers.set(about.name, known);
    return { fact, name: about.name };
  });
  return named.filter(({ name }) => answers.get(name)?.size === 1).map(({ fact }) => fact);
}

function subjectOf(fact: Fact): { name: string; answer: string } {
  switch (fact.kind) {
    case "color":
      // "the red boat" and "a green boat": "the boat" alone would not tell which.
      return { name: `color ${fact.subject.includes(" ") ? fact.subject : fact.head}`, answer: fact.color };
    case "count":
      return { name: `count ${fact.subject}`, answer: String(fact.count) };
    case "material":
      return { name: `material ${fact.subject}`, answer: fact.material };
    case "writing":
      return { name: `writing ${fact.carrier ?? fact.writing}`, answer: fact.writing };
    case "place":
      return { name: `place ${fact.subject}`, answer: fact.where };
    case "neighbor":
      return { name: `neighbor ${fact.where}`, answer: fact.thing };
    case "facing":
      return { name: `facing ${fact.subject}`, answer: fact.direction };
    case "light":
      return { name: "light", answer: fact.from };
    case "reason":
      return { name: `reason ${fact.effect}`, answer: fact.cause };
    case "purpose":
      return { name: `purpose ${fact.purpose}`, answer: fact.thing };
  }
}

/** One of each kind in turn, no question twice, until there are as many as wanted. */
function takeInTurn(
  byKind: ReadonlyMap<string, WrittenQuestion[]>,
  wanted: number,
  random: Random,
): WrittenQuestion[] {
  const kinds = random.shuffle([...byKind.keys()]);
  const taken = new Map<string, WrittenQuestion>();
  for (
    let round = 0;
    taken.size < wanted && kinds.some((kind) => (byKind.get(kind)?.length ?? 0) > round);
    round += 1
  ) {
    for (const kind of kinds) {
      const question = byKind.get(kind)?.[round];
      if (question && taken.size < wanted && !taken.has(question.question))
        taken.set(question.question, question);
    }
  }
  return [...taken.values()];
}

import {
  type ParsedQuestion,
  type ParsedQuestions,
  problem,
  type QuestionProblem,
  type QuestionProblemCode,
  settleQuestion,
} from "#lib/generation/question.ts";

const FIELDS = ["question", "choices", "answer", "type"] as const;
type Field = (typeof FIELDS)[number];

type Tag = { field: Field; isOpening: boolean; start: number; end: number };
type Group = {
  fields: Partial<Record<Field, string>>;
  start: number;
  end: number;
  faults: QuestionProblemCode[];
};

/**
 * Reads a reply of `<question> … </question> <choices> … </choices> <answer> … </answer> <type> … </type>` blocks.
 *
 * Never raises. A block with a missing, unclosed or repeated part becomes a problem with its place and an excerpt,
 * and the blocks beside it are read as if it were not there: a tag that comes out of order begins a new block.
 */
export function parseTaggedQuestions(raw: string): ParsedQuestions {
  const groups = groupFields(raw, findTags(raw));
  if (groups.length === 0) return { questions: [], problems: [problem(0, "no-questions", raw)] };

  const questions: ParsedQuestion[] = [];
  const problems: QuestionProblem[] = [];
  groups.forEach((group, index) => {
    const settled = settleGroup(group, index + 1, raw.slice(group.start, group.end));
    if (settled.question) questions.push(settled.question);
    problems.push(...settled.problems);
  });
  return { questions, problems };
}

function settleGroup(group: Group, ordinal: number, excerpt: string) {
  const { question, choices, answer, type } = group.fields;
  const fault =
    group.faults[0] ??
    (question === undefined ? "missing-question" : choices === undefined ? "missing-choices" : undefined) ??
    (answer === undefined ? "missing-answer" : undefined);
  if (fault !== undefined || question === undefined || choices === undefined || answer === undefined) {
    return { question: null, problems: [problem(ordinal, fault ?? "unreadable", excerpt)] };
  }
  return settleQuestion({ text: question, choices, answer, reasoningType: type ?? null }, ordinal, excerpt);
}

function findTags(raw: string): Tag[] {
  return [...raw.matchAll(/<\s*(\/?)\s*(question|choices|answer|type)\s*>/giu)].map((match) => ({
    field: (match[2] ?? "").toLowerCase() as Field,
    isOpening: match[1] === "",
    start: match.index,
    end: match.index + match[0].length,
  }));
}

function groupFields(raw: string, tags: readonly Tag[]): Group[] {
  const groups: Group[] = [];
  let group: Group | null = null;
  let lastPlace = -1;
  for (let index = 0; index < tags.length; index += 1) {
    const tag = tags[index] as Tag;
    const place = FIELDS.indexOf(tag.field);
    if (group === null || place <= lastPlace) {
      group = { fields: {}, start: tag.start, end: tag.end, faults: [] };
      groups.push(group);
    }
    lastPlace = place;
    const next = tags[index + 1];
    if (tag.isOpening && next?.field === tag.field && !next.isOpening) {
      group.fields[tag.field] = raw.slice(tag.end, next.start).trim();
      group.end = next.end;
      index += 1;
    } else {
      // An opening without its close, or a close without its opening: the text's extent is unknown.
      group.faults.push("unclosed");
      group.end = tag.end;
    }
  }
  // What an unclosed last part holds belongs to its block's excerpt.
  for (const [index, entry] of groups.entries()) {
    if (entry.faults.length > 0) entry.end = Math.max(entry.end, groups[index + 1]?.start ?? raw.length);
  }
  return groups;
}

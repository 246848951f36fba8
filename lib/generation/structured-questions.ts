import { z } from "zod";
import {
  type ParsedQuestion,
  type ParsedQuestions,
  problem,
  type QuestionProblem,
  settleQuestion,
} from "#lib/generation/question.ts";
import { REASONING_TYPES } from "#lib/generation/reasoning-type.ts";

/**
 * The JSON schema for structured output, in the strict form that OpenAI-compatible endpoints take under
 * `response_format: { type: "json_schema", json_schema: … }`: every property required, none besides.
 */
export const QUESTIONS_JSON_SCHEMA = {
  name: "visual_questions",
  strict: true,
  schema: {
    type: "object",
    additionalProperties: false,
    required: ["questions"],
    properties: {
      questions: {
        type: "array",
        items: {
          type: "object",
          additionalProperties: false,
          required: ["question", "choices", "answer", "short_answer", "reasoning_type"],
          properties: {
            question: { type: "string", description: "The question, without its choices." },
            choices: {
              type: "array",
              items: { type: "string" },
              description: "Four choices without letters: one right, three plausible and wrong.",
            },
            answer: {
              type: "string",
              description: "The right choice, word for word as it stands in choices.",
            },
            short_answer: { type: "string", description: "The answer in a word or a short phrase." },
            reasoning_type: {
              type: "string",
              description: `One of: ${REASONING_TYPES.join("; ")}; or another fitting name.`,
            },
          },
        },
      },
    },
  },
} as const;

/** Lenient where names and numbers vary between models, strict where meaning would be guessed. */
const itemSchema = z.object({
  question: z.string(),
  choices: z.union([
    z.array(z.union([z.string(), z.number()]).transform(String)),
    z.record(z.string(), z.string()).transform(choicesByLetter),
    z.string(),
  ]),
  answer: z.union([z.string(), z.number()]).transform(String),
  short_answer: z.string().nullish(),
  reasoning_type: z.string().nullish(),
  type: z.string().nullish(),
});

/**
 * Reads questions from JSON, bare or fenced, with or without words around it. Never raises: an item that is off
 * becomes a problem of its own, and of a reply that was cut off the complete items are kept.
 */
export function parseStructuredQuestions(raw: string): ParsedQuestions {
  const items = readItems(raw);
  if (items.length === 0) return { questions: [], problems: [problem(0, "no-questions", raw)] };

  const questions: ParsedQuestion[] = [];
  const problems: QuestionProblem[] = [];
  items.forEach((item, index) => {
    const ordinal = index + 1;
    if ("unreadable" in item) {
      problems.push(problem(ordinal, "unreadable", item.unreadable));
      return;
    }
    const excerpt = JSON.stringify(item.value);
    const parsed = itemSchema.safeParse(item.value);
    if (!parsed.success) {
      const where = parsed.error.issues[0]?.path.join(".") ?? "";
      problems.push(
        problem(ordinal, "unreadable", excerpt, false, `"${where || "item"}" is missing or not a text.`),
      );
      return;
    }
    const { question, choices, answer, short_answer, reasoning_type, type } = parsed.data;
    const settled = settleQuestion(
      {
        text: question,
        choices,
        answer,
        reasoningType: reasoning_type ?? type ?? null,
        ...(short_answer ? { shortAnswer: short_answer } : {}),
      },
      ordinal,
      excerpt,
    );
    if (settled.question) questions.push(settled.question);
    problems.push(...settled.problems);
  });
  return { questions, problems };
}

type Item = { value: unknown } | { unreadable: string };

function readItems(raw: string): Item[] {
  for (const candidate of jsonCandidates(raw)) {
    const value = parseJson(candidate);
    const list = value === undefined ? null : questionList(value);
    if (list) return list.map((item) => ({ value: item }));
  }
  return salvageItems(raw);
}

/** The reply itself, what its fences hold, and what stands between its outermost brackets. */
function jsonCandidates(raw: string): string[] {
  const fenced = [...raw.matchAll(/```[a-z]*\s*\n?([\s\S]*?)```/giu)].map((match) => match[1] ?? "");
  const outer = /[[{][\s\S]*[\]}]/u.exec(raw)?.[0];
  return [raw, ...fenced, ...(outer ? [outer] : [])];
}

function questionList(value: unknown): unknown[] | null {
  if (Array.isArray(value)) return value;
  if (typeof value !== "object" || value === null) return null;
  if ("questions" in value && Array.isArray(value.questions)) return value.questions;
  return "question" in value ? [value] : null;
}

/** Complete objects that hold a "question", out of text that is no JSON as a whole; an incomplete last one is named. */
function salvageItems(raw: string): Item[] {
  const items: Item[] = [];
  for (const start of objectStarts(raw)) {
    const end = objectEnd(raw, start);
    if (end === null) {
      items.push({ unreadable: raw.slice(start) });
      continue;
    }
    const value = parseJson(raw.slice(start, end));
    items.push(value === undefined ? { unreadable: raw.slice(start, end) } : { value });
  }
  return items;
}

function objectStarts(raw: string): number[] {
  return [...raw.matchAll(/\{\s*"question"\s*:/gu)].map((match) => match.index);
}

function objectEnd(raw: string, start: number): number | null {
  let depth = 0;
  let isInString = false;
  for (let index = start; index < raw.length; index += 1) {
    const character = raw[index];
    if (isInString) {
      if (character === "\\") index += 1;
      else if (character === '"') isInString = false;
    } else if (character === '"') isInString = true;
    else if (character === "{") depth += 1;
    else if (character === "}") {
      depth -= 1;
      if (depth === 0) return index + 1;
    }
  }
  return null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // Not JSON: the caller tries the next reading and reports what none could read.
  }
}

/** {"A": "Red", "B": "Blue"} as a list, in the order of its letters. */
function choicesByLetter(record: Record<string, string>): string[] {
  return Object.entries(record)
    .sort(([left], [right]) => left.localeCompare(right))
    .map(([, choice]) => choice);
}

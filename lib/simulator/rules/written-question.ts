import type { QuestionForm } from "../task.ts";
import { fillQuestionSchema, labelled } from "./fill-schema.ts";

/** A question as the simulator writes it. */
export type WrittenQuestion = {
  question: string;
  choices: string[];
  /** Word for word one of the choices. */
  key: string;
  shortAnswer: string;
  type: string;
  /** The fact that it was made from, as a clause. */
  evidence: string;
};

/** The questions in the form that was asked for; without a schema, JSON takes the shape that the prompts know. */
export function formatQuestions(
  questions: readonly WrittenQuestion[],
  form: QuestionForm,
  schema: Record<string, unknown> | undefined,
): string {
  if (form.kind === "tags")
    return questions.map((question, index) => tagged(question, index, form)).join("\n\n");
  if (schema) return JSON.stringify(fillQuestionSchema(schema, questions));
  return JSON.stringify({
    questions: questions.map(({ question, choices, key, shortAnswer, type }) => ({
      question,
      choices,
      answer: key,
      short_answer: shortAnswer,
      reasoning_type: type,
    })),
  });
}

function tagged(question: WrittenQuestion, index: number, form: QuestionForm & { kind: "tags" }): string {
  const parts = form.tags.map((tag) => `<${tag}> ${fieldOf(question, tag)} </${tag}>`);
  const body = parts.join(" ");
  return form.wrapper
    ? `<${form.wrapper}>\n${parts.join("\n")}\n</${form.wrapper}>`
    : `${index + 1}. ${body}`;
}

function fieldOf(question: WrittenQuestion, tag: string): string {
  if (/short/.test(tag)) return question.shortAnswer;
  if (/type/.test(tag)) return question.type;
  if (/choice|option/.test(tag)) return labelled(question.choices);
  if (/answer/.test(tag)) return question.key;
  if (/explanation|evidence/.test(tag)) return question.evidence;
  return question.question;
}

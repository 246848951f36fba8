import type { AnswerStyle } from "#lib/generation/choices.ts";

/** How a question's answer is to be written, in a sentence and as an example, for prompts and training records. */
export function answerFormat(style: AnswerStyle): { answer_format: string; answer_example: string } {
  switch (style) {
    case "parenthesis":
      return {
        answer_format: "Write the answer as the letter of your choice in parentheses, as in “(X)”.",
        answer_example: "(X)",
      };
    case "dot":
      return {
        answer_format: "Write the answer as the letter of your choice with a full stop, as in “X.”",
        answer_example: "X.",
      };
    case "text":
      return {
        answer_format:
          "Write the answer as the full text of your choice, word for word and without its letter.",
        answer_example: "full text of the choice",
      };
  }
}

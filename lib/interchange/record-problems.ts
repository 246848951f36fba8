import { MAX_DESCRIPTION_CHARACTERS, MAX_NAME_CHARACTERS } from "#lib/images/schema.ts";

/** What can be wrong with a row of a file of others. A row with a fault stays out; the others go in. */
export type RecordFault =
  | { code: "not_utf8" }
  | { code: "bad_json"; detail: string }
  | { code: "bad_csv"; detail: string }
  | { code: "line_too_long" }
  | { code: "too_many_columns"; count: number }
  | { code: "missing_column"; field: string; column: string }
  | { code: "missing_value"; field: string; column: string | null }
  | { code: "not_text"; field: string; column: string }
  | { code: "no_turn"; turn: "user" | "assistant" | "chosen" | "rejected" | "prompt" }
  | { code: "no_image" }
  | { code: "same_file_name"; name: string; folder: string; other: string }
  | { code: "no_choices" }
  | { code: "bad_choices"; why: string }
  | { code: "no_key" }
  | { code: "key_not_a_choice"; given: string }
  | { code: "key_is_number"; given: string }
  | { code: "key_out_of_range"; given: string; choices: number }
  | { code: "answer_not_a_choice"; given: string }
  | { code: "no_thought" }
  | { code: "same_sides" }
  | { code: "simple_not_in_long" }
  | { code: "name_too_long"; field: string }
  | { code: "description_too_long" }
  | { code: "other_choices"; id: string }
  | { code: "other_question"; id: string };

/** What is worth saying of a row that was taken. */
export type RecordNote =
  | { code: "other_kind"; declared: string; graded: string }
  | { code: "other_key" }
  | { code: "other_description"; image: string }
  | { code: "url_not_fetched" }
  | { code: "other_picture"; image: string }
  | { code: "picture_not_taken"; image: string; why: string }
  | { code: "file_left_aside" };

export type RecordProblem = RecordFault | RecordNote;

const NOTES: readonly string[] = [
  "other_kind",
  "other_key",
  "other_description",
  "url_not_fetched",
  "other_picture",
  "picture_not_taken",
  "file_left_aside",
] satisfies RecordNote["code"][];

export function isRecordNote(code: string): boolean {
  return NOTES.includes(code);
}

/** One sentence: what is wrong with the row, and what to do. */
export function describeRecordProblem(problem: RecordProblem): string {
  switch (problem.code) {
    case "not_utf8":
      return "The line is not valid UTF-8. Save the file as UTF-8, then import it again.";
    case "bad_json":
      return `This is not a JSON object: ${problem.detail}.`;
    case "bad_csv":
      return `The row is not valid CSV: ${problem.detail}.`;
    case "line_too_long":
      return "The row is longer than 16 MB (1 MB in a CSV file); it was skipped.";
    case "too_many_columns":
      return `The file has ${problem.count.toLocaleString("en")} columns; at most 1,000 are read. Leave out those that are not needed.`;
    case "missing_column":
      return `There is no column “${cut(problem.column)}” for the ${problem.field}. Choose another, or none.`;
    case "missing_value":
      return `The ${problem.field} is empty${problem.column === null ? "" : ` (column “${cut(problem.column)}”)`}. Fill it in the file, or choose another column.`;
    case "not_text":
      return `The ${problem.field} (column “${cut(problem.column)}”) is not a text. Choose the column, or the field inside it, that holds one.`;
    case "no_turn":
      return `There is no ${NAMED_TURNS[problem.turn]} in this row.`;
    case "no_image":
      return "The row names no image. Choose the column that holds its id, its path or its address.";
    case "same_file_name":
      return `The file has pictures of the name “${cut(problem.name)}” in “${cut(problem.folder)}” and in “${cut(problem.other)}”. Give each image an id of its own in a column.`;
    case "no_choices":
      return "The question shows no lettered choices, so its answers can't be read. Choose the column that holds them.";
    case "bad_choices":
      return `The choices can't be read: ${problem.why}`;
    case "no_key":
      return "Which choice is right is not known: no column holds the key, and the answer does not resolve to a choice.";
    case "key_not_a_choice":
      return `The key “${cut(problem.given)}” is not exactly one of the choices.`;
    case "key_is_number":
      return `The key is the number ${cut(problem.given)}: say whether it counts from 0 or from 1.`;
    case "key_out_of_range":
      return `The key ${cut(problem.given)} is none of the ${problem.choices} choices. Does it count from 0 or from 1?`;
    case "answer_not_a_choice":
      return `The answer “${cut(problem.given)}” is not exactly one of the choices, so it can't stand in for the key.`;
    case "no_thought":
      return "The row holds no thought.";
    case "same_sides":
      return "Both sides are the same text: nothing is preferred to anything.";
    case "simple_not_in_long":
      return "The long thought does not begin with the simple thought. Map what was added as the continuation, or map only one of the two.";
    case "name_too_long":
      return `The ${problem.field} is longer than ${MAX_NAME_CHARACTERS} characters.`;
    case "description_too_long":
      return `The description is longer than ${MAX_DESCRIPTION_CHARACTERS.toLocaleString("en")} characters.`;
    case "other_choices":
      return `The question ${cut(problem.id)} is here already with other choices, or in another order.`;
    case "other_question":
      return `The id ${cut(problem.id)} already belongs to another question.`;
    case "other_kind":
      return `The file calls this ${problem.declared}; by our grader it is ${problem.graded}, and that was kept.`;
    case "other_key":
      return "The file’s key is another choice than the one that the question has here; the one that is here was kept.";
    case "other_description":
      return `The image ${cut(problem.image)} is here already with another description, which was kept.`;
    case "url_not_fetched":
      return "The image is named by an address. It was not fetched: attach the picture later.";
    case "other_picture":
      return `The image ${cut(problem.image)} has another picture here than in this row; the one that is here was kept.`;
    case "picture_not_taken":
      return `The picture of ${cut(problem.image)} was not taken: ${problem.why} The row was; attach the picture later.`;
    case "file_left_aside":
      return "This file is of another form than the first, or holds no rows; it was left aside.";
  }
}

const NAMED_TURNS = {
  user: "question: no turn of a user",
  assistant: "answer: no turn of an assistant",
  chosen: "chosen side",
  rejected: "rejected side",
  prompt: "prompt",
} as const;

function cut(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

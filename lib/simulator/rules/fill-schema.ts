import type { WrittenQuestion } from "./written-question.ts";

type Schema = Record<string, unknown>;

/**
 * Writes questions in the shape of a JSON schema that the simulator has never seen: the first list of objects is
 * the list of questions, and each property is filled by what its name asks for.
 */
export function fillQuestionSchema(schema: Schema, questions: readonly WrittenQuestion[]): unknown {
  return fill(schema, "questions", { schema, questions, question: undefined });
}

/** Fills any schema for a yes-or-no judgement: booleans and enumerations by the verdict, texts by the reason. */
export function fillJudgementSchema(schema: Schema, isYes: boolean, reason: string): unknown {
  const write = (node: Schema, name: string): unknown => {
    const options = enumOf(node);
    if (options) {
      const wanted = isYes
        ? /^(?:yes|true|pass|consistent|agree)/i
        : /^(?:no|false|fail|inconsistent|disagree)/i;
      return options.find((option) => wanted.test(String(option))) ?? options[0];
    }
    switch (typeOf(node)) {
      case "boolean":
        return isYes;
      case "number":
      case "integer":
        return isYes ? 1 : 0;
      case "array":
        return [];
      case "object":
        return Object.fromEntries(propertiesOf(node).map(([key, child]) => [key, write(child, key)]));
      default:
        return /verdict|answer|consistent|agree|match/i.test(name) ? (isYes ? "Yes" : "No") : reason;
    }
  };
  return write(schema, "");
}

type Context = {
  schema: Schema;
  questions: readonly WrittenQuestion[];
  question: WrittenQuestion | undefined;
};

function fill(given: Schema, name: string, context: Context): unknown {
  const node = resolve(given, context.schema);
  const { question } = context;
  const options = enumOf(node);
  if (typeOf(node) === "array") {
    const items = isSchema(node.items) ? resolve(node.items, context.schema) : {};
    if (!question && typeOf(items) === "object") {
      return context.questions.map((each) => fill(items, "question", { ...context, question: each }));
    }
    if (!question) return context.questions.map((each) => each.question);
    if (typeOf(items) === "object") {
      return question.choices.map((choice, index) => fillChoice(items, choice, index));
    }
    return /distract|wrong|incorrect/i.test(name)
      ? question.choices.filter((choice) => choice !== question.key)
      : question.choices;
  }
  if (typeOf(node) === "object") {
    return Object.fromEntries(propertiesOf(node).map(([key, child]) => [key, fill(child, key, context)]));
  }
  if (!question) return typeOf(node) === "string" ? "" : context.questions.length;
  const keyIndex = question.choices.indexOf(question.key);
  if (typeOf(node) === "integer" || typeOf(node) === "number") return keyIndex;
  if (typeOf(node) === "boolean") return true;
  if (/type|category|capabilit|skill/i.test(name)) return nearest(options, question.type) ?? question.type;
  const letter = String.fromCharCode(65 + keyIndex);
  if (options?.includes(letter)) return letter;
  if (/^[a-h]$/i.test(name)) return question.choices[name.toLowerCase().charCodeAt(0) - 97] ?? "";
  if (/short/i.test(name)) return question.shortAnswer;
  if (/letter/i.test(name)) return letter;
  if (/key|answer|correct|right/i.test(name)) return question.key;
  if (/choice|option/i.test(name)) return labelled(question.choices);
  if (/explan|evidence|rationale|reason/i.test(name)) return question.evidence;
  return question.question;
}

function fillChoice(items: Schema, choice: string, index: number): unknown {
  const entries = propertiesOf(items).map(([key]) => [
    key,
    /letter|label|id/i.test(key) ? String.fromCharCode(65 + index) : choice,
  ]);
  return Object.fromEntries(entries);
}

/** "(A) red (B) blue", one line. */
export function labelled(choices: readonly string[]): string {
  return choices.map((choice, index) => `(${String.fromCharCode(65 + index)}) ${choice}`).join(" ");
}

/** Follows a reference inside the document: "#/$defs/Question". */
function resolve(node: Schema, root: Schema): Schema {
  if (typeof node.$ref === "string" && node.$ref.startsWith("#/")) {
    let found: unknown = root;
    for (const step of node.$ref.slice(2).split("/")) found = isSchema(found) ? found[step] : undefined;
    if (isSchema(found)) return found;
  }
  if (Array.isArray(node.anyOf)) {
    const branch = node.anyOf.find((each) => isSchema(each) && each.type !== "null");
    if (isSchema(branch)) return resolve(branch, root);
  }
  return node;
}

function propertiesOf(node: Schema): [string, Schema][] {
  if (!isSchema(node.properties)) return [];
  return Object.entries(node.properties).flatMap(([key, child]) =>
    isSchema(child) ? [[key, child] as [string, Schema]] : [],
  );
}

function typeOf(node: Schema): string {
  const type = Array.isArray(node.type) ? node.type.find((each) => each !== "null") : node.type;
  if (typeof type === "string") return type;
  return isSchema(node.properties) ? "object" : isSchema(node.items) ? "array" : "string";
}

function enumOf(node: Schema): unknown[] | undefined {
  if (Array.isArray(node.enum) && node.enum.length > 0) return node.enum;
  return node.const === undefined ? undefined : [node.const];
}

function nearest(options: unknown[] | undefined, type: string): string | undefined {
  const first = type.split(" ")[0]?.toLowerCase() ?? "";
  const found = options?.find((option) => String(option).toLowerCase().startsWith(first)) ?? options?.[0];
  return found === undefined ? undefined : String(found);
}

function isSchema(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

import {
  PROMPT_DEFINITIONS,
  type PromptContent,
  type PromptField,
  type PromptName,
} from "#lib/prompts/schema.ts";

const VARIABLE = /\{\{\s*([a-z][a-z0-9_]*)\s*\}\}/gu;

/** Puts the values in. What a value holds is not looked through again, so that no description can use a variable. */
export function renderTemplate(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(VARIABLE, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new RangeError(`The prompt uses {{${name}}}, which has no value here.`);
    return clean(value);
  });
}

/** The variables that a text uses, each once, in their order. */
export function findVariables(text: string): string[] {
  return [...new Set([...text.matchAll(VARIABLE)].map((match) => match[1] ?? ""))];
}

/** What keeps a prompt from being saved, in sentences; empty where all is well. */
export function checkPrompt(
  name: PromptName,
  content: PromptContent,
): { field: PromptField | null; message: string }[] {
  const definition = PROMPT_DEFINITIONS[name];
  const allowed = [...definition.required, ...definition.optional];
  const problems: { field: PromptField | null; message: string }[] = [];
  const used = new Set<string>();
  for (const field of definition.fields) {
    for (const variable of findVariables(content[field])) {
      used.add(variable);
      if (!allowed.includes(variable)) {
        problems.push({
          field,
          message: `{{${variable}}} is not known here. This prompt can use ${allowed.map((known) => `{{${known}}}`).join(", ")}.`,
        });
      }
    }
    const stray = content[field].replace(VARIABLE, "").match(/\{\{[^\n]{0,30}|[^\n]{0,30}\}\}/u);
    if (stray)
      problems.push({ field, message: `“${stray[0].trim()}” is no whole variable: write {{name}}.` });
  }
  for (const variable of definition.required) {
    if (!used.has(variable)) {
      problems.push({ field: null, message: `{{${variable}}} is missing: the model would not see it.` });
    }
  }
  const isUserEmpty = definition.fields.includes("user") && content.user.trim() === "";
  if (isUserEmpty) problems.push({ field: "user", message: "The user text is empty." });
  return problems;
}

/** Only the fields that this prompt has, so that equal prompts have equal hashes. */
export function trimContent(name: PromptName, content: PromptContent): PromptContent {
  const { fields } = PROMPT_DEFINITIONS[name];
  const keep = (field: PromptField) =>
    fields.includes(field) ? content[field].replace(/\r\n?/gu, "\n").trim() : "";
  return { system: keep("system"), user: keep("user"), opening: keep("opening") };
}

// Neither the database's JSON nor a model's tokeniser takes NUL or half a surrogate pair.
function clean(value: string): string {
  return value.replaceAll("\u0000", "").toWellFormed();
}

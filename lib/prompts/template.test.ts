import { describe, expect, it } from "vitest";
import { DEFAULT_PROMPTS } from "#lib/prompts/defaults.ts";
import { PROMPT_DEFINITIONS, PROMPT_NAMES, VARIABLE_LABELS } from "#lib/prompts/schema.ts";
import { checkPrompt, findVariables, renderTemplate, trimContent } from "#lib/prompts/template.ts";

describe("renderTemplate", () => {
  it("puts values in once, and does not look through them again", () => {
    expect(renderTemplate("{{a}} and {{ b }}", { a: "{{b}}", b: "$& $1" })).toBe("{{b}} and $& $1");
  });
  it("refuses a variable without a value", () => {
    expect(() => renderTemplate("{{nope}}", {})).toThrow(/\{\{nope\}\}/u);
  });
  it("keeps out what neither the database nor a tokeniser takes", () => {
    expect(renderTemplate("{{a}}", { a: "x\u0000\ud800y" })).toBe("x\ufffdy");
  });
});

describe("checkPrompt", () => {
  const good = DEFAULT_PROMPTS.stage2;
  it("names unknown, missing and broken variables", () => {
    const problems = checkPrompt("stage2", { ...good, user: "{{qestion}} {{choices}} {{ }} {{question" });
    expect(problems.map(({ message }) => message).join("\n")).toMatch(
      /qestion[\s\S]*is no whole variable[\s\S]*\{\{question\}\} is missing/u,
    );
  });
  it("wants a user text", () => {
    expect(
      checkPrompt("stage2", { ...good, system: `${good.system}{{question}}{{choices}}`, user: " " }),
    ).toEqual([{ field: "user", message: "The user text is empty." }]);
  });
});

describe("the prompts that projects begin with", () => {
  it.each(PROMPT_NAMES)("%s checks, and is stored as it stands", (name) => {
    const content = trimContent(name, DEFAULT_PROMPTS[name]);
    expect(checkPrompt(name, content)).toEqual([]);
    expect(content).toEqual(DEFAULT_PROMPTS[name]);
  });
  it("say of every variable what it holds", () => {
    for (const { required, optional } of Object.values(PROMPT_DEFINITIONS)) {
      for (const name of [...required, ...optional]) expect(VARIABLE_LABELS).toHaveProperty(name);
    }
    expect(findVariables("{{a}} {{ b }} {{a}}")).toEqual(["a", "b"]);
  });
});

import { beforeEach, describe, expect, it } from "vitest";
import { db } from "#lib/db/client.ts";
import { createTestDatabase } from "#lib/db/test-database.ts";
import { ensureDefaultPrompts, savePrompt } from "#lib/prompts/commands.ts";
import { DEFAULT_PROMPTS } from "#lib/prompts/defaults.ts";
import {
  listPromptVersions,
  readCurrentPrompts,
  readPrompt,
  readPromptVersion,
} from "#lib/prompts/queries.ts";
import { PROMPT_NAMES } from "#lib/prompts/schema.ts";

const database = await createTestDatabase();
let actor: { projectId: string; actorId: string };

beforeEach(async () => {
  await database.truncate();
  const user = await db().user.create({ data: { email: "o@example.org", name: "Olga" } });
  const project = await db().project.create({ data: { name: "P" } });
  actor = { projectId: project.id, actorId: user.id };
  await ensureDefaultPrompts(project.id);
});

const changed = { ...DEFAULT_PROMPTS.stage2, user: "Please: {{question}}\n{{choices}}" };

describe("prompts", () => {
  it("begin with version 1 of each, once", async () => {
    await ensureDefaultPrompts(actor.projectId);
    const current = await readCurrentPrompts(actor.projectId);
    expect(Object.keys(current).sort()).toEqual([...PROMPT_NAMES].sort());
    expect(await db().promptVersion.count()).toBe(PROMPT_NAMES.length);
  });

  it("are never altered: a change is the next version, the same text is none", async () => {
    const first = (await readCurrentPrompts(actor.projectId)).stage2;
    const save = (content: typeof changed, basedOn: number) =>
      savePrompt({ ...actor, name: "stage2", content, note: "shorter", basedOn });
    expect(await save(changed, 1)).toEqual({ version: 2, isNew: true });
    expect(await save(changed, 2)).toEqual({ version: 2, isNew: false });
    expect((await readCurrentPrompts(actor.projectId)).stage2).toMatchObject({
      version: 2,
      content: changed,
    });
    expect(await readPrompt(actor.projectId, first?.id ?? "")).toEqual(first);
    expect(await readPromptVersion(actor.projectId, "stage2", 1)).toEqual(first);
    expect(await listPromptVersions(actor.projectId, "stage2")).toMatchObject([
      { version: 2, authorName: "Olga", note: "shorter" },
      { version: 1, authorName: null },
    ]);
    expect((await readCurrentPrompts(actor.projectId)).stage3?.version).toBe(1);
  });

  it("don't let one editor cover what another saved", async () => {
    const save = (user: string) =>
      savePrompt({ ...actor, name: "stage2", content: { ...changed, user }, note: "", basedOn: 1 });
    const results = await Promise.allSettled(
      ["a", "b", "c"].map((word) => save(`${word} {{question}} {{choices}}`)),
    );
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const result of results) {
      if (result.status === "rejected")
        expect(result.reason).toMatchObject({ code: "conflict", details: { newest: 2 } });
    }
  });

  it("refuse a text whose variables don't check", async () => {
    const content = { ...changed, user: "{{question}}" };
    await expect(savePrompt({ ...actor, name: "stage2", content, note: "", basedOn: 1 })).rejects.toThrow(
      "{{choices}} is missing",
    );
  });

  it("stay in their project", async () => {
    const other = await db().project.create({ data: { name: "Q" } });
    const own = (await readCurrentPrompts(actor.projectId)).stage2;
    await expect(readPrompt(other.id, own?.id ?? "")).rejects.toMatchObject({ code: "not_found" });
    expect(await readCurrentPrompts(other.id)).toEqual({});
  });
});

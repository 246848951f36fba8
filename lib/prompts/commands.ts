import "server-only";
import { createHash } from "node:crypto";
import { recordAudit } from "#lib/audit/commands.ts";
import { db, type Transaction } from "#lib/db/client.ts";
import { AppError } from "#lib/errors.ts";
import { canonicalJson } from "#lib/generation/canonical-json.ts";
import { DEFAULT_PROMPTS } from "#lib/prompts/defaults.ts";
import {
  PROMPT_DEFINITIONS,
  PROMPT_NAMES,
  type PromptContent,
  type PromptName,
} from "#lib/prompts/schema.ts";
import { checkPrompt, trimContent } from "#lib/prompts/template.ts";

/** Gives a project the first version of every prompt that it has none of. Running it again changes nothing. */
export async function ensureDefaultPrompts(projectId: string, tx: Transaction = db()): Promise<void> {
  await tx.promptVersion.createMany({
    data: PROMPT_NAMES.map((name) => {
      const content = trimContent(name, DEFAULT_PROMPTS[name]);
      return {
        projectId,
        name,
        version: 1,
        content,
        hash: hashContent(content),
        note: "The prompt that projects begin with.",
      };
    }),
    skipDuplicates: true,
  });
}

export type SavedPrompt = { version: number; isNew: boolean };

/**
 * Saves a changed prompt as the next version. The same content again makes no version. Refuses a content that does
 * not check, and one that was begun from an older version than the newest.
 */
export async function savePrompt(input: {
  projectId: string;
  actorId: string;
  name: PromptName;
  content: PromptContent;
  note: string;
  basedOn: number;
}): Promise<SavedPrompt> {
  const { projectId, name } = input;
  const [problem] = checkPrompt(name, input.content);
  if (problem) throw new AppError("bad_input", problem.message);
  const content = trimContent(name, input.content);
  const hash = hashContent(content);
  return db().$transaction(async (tx) => {
    // One writer at a time for each project's prompts; the unique index is the second guard.
    await tx.$queryRaw`SELECT "id" FROM "Project" WHERE "id" = ${projectId}::uuid FOR UPDATE`;
    const newest = await tx.promptVersion.findFirst({
      where: { projectId, name },
      orderBy: { version: "desc" },
    });
    if (newest?.hash === hash) return { version: newest.version, isNew: false };
    if ((newest?.version ?? 0) !== input.basedOn) {
      throw new AppError(
        "conflict",
        `Version ${newest?.version} of “${PROMPT_DEFINITIONS[name].label}” was saved in the meantime. Look at it, then save again.`,
        { details: { newest: newest?.version ?? 0 } },
      );
    }
    const version = (newest?.version ?? 0) + 1;
    await tx.promptVersion.create({
      data: { projectId, name, version, content, hash, note: input.note, createdById: input.actorId },
    });
    await recordAudit(tx, {
      projectId,
      actorId: input.actorId,
      action: "prompt.saved",
      subjectType: "prompt",
      subjectId: name,
      data: { version, note: input.note },
    });
    return { version, isNew: true };
  });
}

function hashContent(content: PromptContent): string {
  return createHash("sha256").update(canonicalJson(content)).digest("hex");
}

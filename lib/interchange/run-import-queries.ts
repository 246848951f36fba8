import "server-only";
import { db } from "#lib/db/client.ts";
import { readUndo, type UndoView } from "#lib/interchange/undo-queries.ts";

export type RunImportView = {
  undo: UndoView;
  /** Images of the project that are known by name only. */
  missingPictures: number;
};

/** What the page of an import that became a run says beyond its report. */
export async function readRunImport(projectId: string, importId: string): Promise<RunImportView> {
  const [undo, missingPictures] = await Promise.all([
    readUndo(projectId, importId),
    db().image.count({ where: { projectId, state: "missing" } }),
  ]);
  return { undo, missingPictures };
}

import "server-only";
import { EnvironmentError } from "#lib/env.ts";
import { isAppError } from "#lib/errors.ts";

/** The one sentence for whoever started a program that could not start or go on. Never a stack trace. */
export function describeStartError(error: unknown): string {
  if (isAppError(error) || error instanceof EnvironmentError) return error.message;
  if (!(error instanceof Error)) return `Second Look could not go on: ${String(error)}`;
  const code = "code" in error ? String(error.code) : "";
  const file = "path" in error ? String(error.path) : "the data folder";
  if (code === "ENOSPC" || code === "53100")
    return `The disk that holds ${file} is full: free some space and start again; nothing is lost.`;
  if (code === "EACCES" || code === "EPERM")
    return `This user may not use ${file}: start as its owner, or change its owner.`;
  if (code === "EROFS")
    return `The disk that holds ${file} is read-only: mount it for writing, or name another folder in SECOND_LOOK_DATA.`;
  if (code === "ENOTDIR" || code === "EEXIST")
    return `${file} is in the way: a file stands where a folder should be.`;
  const first =
    error.message
      .trim()
      .split("\n")
      .find((line) => line.trim() !== "") ?? error.name;
  return `Second Look could not go on: ${first}`;
}

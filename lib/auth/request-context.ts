import "server-only";
import { AsyncLocalStorage } from "node:async_hooks";

/**
 * What is being answered: a page, which can send the visitor elsewhere, or an action or route handler,
 * which can only say what is wrong. Whatever runs outside `answerAs` is a page.
 */
export type RequestKind = "page" | "action" | "route";

const storage = new AsyncLocalStorage<RequestKind>();

/** Runs `work`, so that a refusal inside it becomes an AppError and not a redirect. */
export function answerAs<T>(kind: Exclude<RequestKind, "page">, work: () => T): T {
  return storage.run(kind, work);
}

/** What the current code is answering. */
export function requestKind(): RequestKind {
  return storage.getStore() ?? "page";
}

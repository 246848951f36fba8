import { UnrecognizedActionError } from "next/dist/client/components/unrecognized-action-error.js";
import { redirect } from "next/navigation";
import { expect, it } from "vitest";
import { askServer, isUnanswered } from "#components/people/ask-server.ts";

it("gives back what the action answers, a refusal like a result", async () => {
  const refusal = { serverError: { message: "The run has ended." } };
  const answer = await askServer(async () => refusal);
  expect(answer).toBe(refusal);
  expect(isUnanswered(answer)).toBe(false);
  expect(await askServer(async () => undefined)).toBeUndefined();
  expect(isUnanswered(undefined)).toBe(false);
});

it.each([
  new TypeError("Failed to fetch"),
  new Error("An unexpected response was received from the server."),
])("puts %s into a sentence that says what is not known, and what to do", async (error) => {
  const answer = await askServer(() => Promise.reject(error));
  expect(isUnanswered(answer) && answer.serverError.message).toMatch(/not known.*try again\.$/u);
});

it("asks for a reload where the server no longer knows the action", async () => {
  const answer = await askServer(() => Promise.reject(new UnrecognizedActionError("gone")));
  expect(isUnanswered(answer) && answer.serverError.message).toMatch(/Reload the page/u);
});

it("lets a redirect go its way", async () => {
  await expect(askServer(async () => redirect("/projects"))).rejects.toThrow("NEXT_REDIRECT");
});

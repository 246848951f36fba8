import { describe, expect, it } from "vitest";
import { type SentComment, sendAs } from "#components/review/comments/comment-draft.ts";
import { WHOLE_TRACE } from "#lib/comments/threads.ts";

describe("a comment that is sent again", () => {
  let made = 0;
  const newId = () => {
    made += 1;
    return `id-${made}`;
  };

  it("keeps its id while its words and place are the same, so that one that did arrive is stored once", () => {
    const draft = { body: "Is this a kite?", place: WHOLE_TRACE };
    const first: SentComment = sendAs(null, draft, newId);
    expect(sendAs(first, { ...draft }, newId)).toBe(first);
    expect(sendAs(first, { ...draft, body: "Is that a kite?" }, newId).id).not.toBe(first.id);
    const onRegion = { ...draft, place: { ...WHOLE_TRACE, regionId: "r" } };
    expect(sendAs(first, onRegion, newId).id).not.toBe(first.id);
  });
});

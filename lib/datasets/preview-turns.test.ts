import { describe, expect, it } from "vitest";
import { PreviewTurns } from "#lib/datasets/preview-turns.ts";

/** Work that goes on until it is let go or stopped. */
function makeWork(log: string[], name: string) {
  const begun = Promise.withResolvers<void>();
  const mayEnd = Promise.withResolvers<void>();
  return {
    begun: begun.promise,
    end: mayEnd.resolve,
    work: async (signal: AbortSignal) => {
      log.push(`${name} begins`);
      begun.resolve();
      const stopped = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
      await Promise.race([mayEnd.promise, stopped]);
      log.push(`${name} ends`);
      signal.throwIfAborted();
      return name;
    },
  };
}

const never = () => new AbortController().signal;

describe("turns of previews", () => {
  it("let the newest of one person's requests count, and never two of them run at once", async () => {
    const log: string[] = [];
    const turns = new PreviewTurns({ atOnce: 4, waiting: 4 });
    const works = ["first", "second", "third"].map((name) => makeWork(log, name));
    const [first, second, third] = works;
    if (!first || !second || !third) throw new Error("three");
    const one = turns.run("pi sft", never(), first.work).catch((error: unknown) => error);
    await first.begun;
    const two = turns.run("pi sft", never(), second.work).catch((error: unknown) => error);
    const three = turns.run("pi sft", never(), third.work);
    third.end();
    expect(await one).toMatchObject({
      code: "rate_limited",
      message: expect.stringContaining("newer preview"),
    });
    // It was overtaken before its turn came: it never began.
    expect(await two).toMatchObject({ code: "rate_limited" });
    expect(await three).toBe("third");
    expect(log).toEqual(["first begins", "first ends", "third begins", "third ends"]);
  });

  it("let so many run at once over all people, others wait, and refuse what comes on top", async () => {
    const log: string[] = [];
    const turns = new PreviewTurns({ atOnce: 1, waiting: 1 });
    const [one, two] = [makeWork(log, "one"), makeWork(log, "two")];
    const first = turns.run("a sft", never(), one.work);
    await one.begun;
    const second = turns.run("b sft", never(), two.work);
    await expect(turns.run("c sft", never(), makeWork(log, "three").work)).rejects.toMatchObject({
      code: "rate_limited",
      message: expect.stringContaining("Many people"),
    });
    // Whoever waits already may change their mind.
    const changed = turns.run("b sft", never(), makeWork(log, "changed").work).catch(() => "stopped");
    const overtaken = expect(second).rejects.toMatchObject({ code: "rate_limited" });
    one.end();
    expect(await first).toBe("one");
    await overtaken;
    const left = new AbortController();
    left.abort(new Error("gone"));
    await expect(turns.run("b sft", left.signal, makeWork(log, "four").work)).rejects.toThrow();
    expect(await changed).toBe("stopped");
    expect(log.filter((line) => line.startsWith("two"))).toEqual([]);
  });

  it("stop with whoever asked, and leave nothing behind", async () => {
    const log: string[] = [];
    const turns = new PreviewTurns({ atOnce: 1, waiting: 1 });
    const asker = new AbortController();
    const work = makeWork(log, "one");
    const asked = turns.run("a sft", asker.signal, work.work).catch((error: unknown) => error);
    await work.begun;
    asker.abort(new Error("the page is gone"));
    expect(await asked).toMatchObject({ message: "the page is gone" });
    const next = makeWork(log, "two");
    next.end();
    expect(await turns.run("a sft", never(), next.work)).toBe("two");
  });
});

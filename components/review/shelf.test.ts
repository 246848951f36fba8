import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openShelf } from "#components/review/shelf.ts";

const NAME = "waiting:me:project";
const read = (kept: string | null): string[] => (kept === null ? [] : JSON.parse(kept));

/** One browser's storage; each window has its own of a session. */
class FakeStorage {
  [key: string]: unknown;
  getItem(key: string) {
    return (this[key] as string | undefined) ?? null;
  }
  setItem(key: string, text: string) {
    this[key] = text;
  }
  removeItem(key: string) {
    delete this[key];
  }
}

const stored = () =>
  Object.values(localStorage as unknown as Record<string, string>).flatMap((text) => read(text));

/** Opens a shelf as a window of its own does. */
function openWindow(onMore: (items: string[]) => void = () => {}) {
  vi.stubGlobal("sessionStorage", new FakeStorage());
  const window = new AbortController();
  return { close: () => window.abort(), opened: openShelf(NAME, window.signal, read, onMore) };
}

beforeEach(() => {
  vi.stubGlobal("localStorage", new FakeStorage());
});

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("openShelf", () => {
  it("keeps two windows apart, and gives what one leaves behind to the other that is open", async () => {
    const first = openWindow();
    (await first.opened).keep(["a"]);
    const told = Promise.withResolvers<string[]>();
    const second = openWindow(told.resolve);
    const own = await second.opened;
    expect(own.items).toEqual([]);
    own.keep(["b"]);
    expect(stored().sort()).toEqual(["a", "b"]);
    first.close();
    expect(await told.promise).toEqual(["a"]);
    second.close();
  });

  it("takes at once what a window left that was closed just now, and of one that is open nothing", async () => {
    const first = openWindow();
    (await first.opened).keep(["a"]);
    const told: string[][] = [];
    const second = openWindow((items) => told.push(items));
    const own = await second.opened;
    await own.takeLeft();
    expect(told).toEqual([]);
    first.close();
    await own.takeLeft();
    expect(told).toEqual([["a"]]);
    second.close();
  });

  it("gives what closed windows left behind to the next that opens", async () => {
    const first = openWindow();
    (await first.opened).keep(["a"]);
    first.close();
    await vi.waitFor(async () => expect((await navigator.locks.query()).held).toEqual([]));
    const again = openWindow();
    const { items } = await again.opened;
    expect(items).toEqual(["a"]);
    expect(stored()).toEqual(["a"]);
    again.close();
  });

  it("takes nothing and keeps nothing where its window was closed while it opened", async () => {
    localStorage.setItem(`${NAME}:left-behind`, JSON.stringify(["a"]));
    const gone = openWindow();
    gone.close();
    const shelf = await gone.opened;
    expect(shelf.items).toEqual([]);
    shelf.keep(["stale"]);
    expect(localStorage.getItem(`${NAME}:left-behind`)).toBe(JSON.stringify(["a"]));
    expect(stored()).toEqual(["a"]);
  });

  it("has one shelf for all windows where the browser gives no locks", async () => {
    vi.stubGlobal("navigator", {});
    const first = openWindow();
    (await first.opened).keep(["a"]);
    const second = openWindow();
    expect((await second.opened).items).toEqual(["a"]);
  });

  it("is another shelf for another person", async () => {
    const mine = openWindow();
    (await mine.opened).keep(["a"]);
    mine.close();
    const theirs = new AbortController();
    expect((await openShelf("waiting:them:project", theirs.signal, read, () => {})).items).toEqual([]);
    theirs.abort();
  });
});

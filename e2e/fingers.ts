import type { CDPSession, Locator, Page } from "@playwright/test";

export interface Point {
  x: number;
  y: number;
}

/** Fingers on the page, as a touch screen tells of them: `Locator.tap` has only one, and never moves it. */
export interface Fingers {
  /** Puts them down, moves each along its way in a few steps, and lifts them. */
  move: (...ways: readonly [from: Point, to: Point][]) => Promise<void>;
  tap: (at: Point, times?: number) => Promise<void>;
}

const STEPS = 6;

export async function fingersOn(page: Page): Promise<Fingers> {
  const client = await page.context().newCDPSession(page);
  return {
    move: async (...ways) => {
      await touch(
        client,
        "touchStart",
        ways.map(([from]) => from),
      );
      for (let step = 1; step <= STEPS; step += 1)
        await touch(
          client,
          "touchMove",
          ways.map(([from, to]) => between(from, to, step / STEPS)),
        );
      // Lifted in the swing they would fling, and the browser takes the next tap for what stops that.
      for (let rest = 0; rest < STEPS; rest += 1)
        await touch(
          client,
          "touchMove",
          ways.map(([, to]) => to),
        );
      await touch(client, "touchEnd", []);
    },
    tap: async (at, times = 1) => {
      for (let time = 0; time < times; time += 1) {
        await touch(client, "touchStart", [at]);
        await touch(client, "touchEnd", []);
      }
    },
  };
}

/** A place in an element, by fractions of it. */
export async function placeIn(element: Locator, x: number, y: number): Promise<Point> {
  const box = await element.boundingBox();
  if (!box) throw new Error("it is not on the screen");
  return { x: box.x + box.width * x, y: box.y + box.height * y };
}

async function touch(client: CDPSession, type: "touchStart" | "touchMove" | "touchEnd", at: Point[]) {
  await client.send("Input.dispatchTouchEvent", {
    type,
    touchPoints: at.map(({ x, y }, id) => ({ x, y, id })),
  });
}

function between(from: Point, to: Point, part: number): Point {
  return { x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part };
}

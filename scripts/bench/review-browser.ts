import { setTimeout as wait } from "node:timers/promises";
import { chromium, type Page } from "@playwright/test";
import { encode } from "next-auth/jwt";
import type pg from "pg";
import { startApp } from "#e2e/app.ts";
import { SESSION_SECONDS, sessionCookieName } from "#lib/auth/cookies.ts";
import { env } from "#lib/env.ts";
import { findChromium } from "../chromium.mjs";
import type { Timing } from "./review-measure.ts";
import { hangPictures } from "./review-pictures.ts";
import type { SeededProject } from "./review-seed.ts";

export type BrowserResult = {
  /** Milliseconds from a key press until the next trace was painted with its picture. */
  timings: Timing[];
  /** Layout shift of each change of trace, as Chromium scores it; what follows a key press counts, too. */
  shifts: number[];
  browser: string;
};

/** What the page notes of each key press; see `WATCH`. */
type Press = { ms: number; shift: number };

const WARM_UP = 5;
/** From one trace to the next key press: faster than anybody reads, slower than a key that is held. */
const PAUSE_MS = 500;
/** A trace that is not there by then never comes. */
const PATIENCE_MS = 20_000;

/**
 * Judges traces by the key in a real browser, on the built app in processes of its own: in the order by image, where
 * the picture mostly stays, and in random order, where each trace has another.
 */
export async function measureBrowser(
  project: SeededProject,
  client: pg.Client,
  options: { url: string; dataDir: string; presses: number },
): Promise<BrowserResult> {
  await hangPictures(client, project.projectId);
  const [reviewerId = ""] = project.reviewerIds;
  const app = await startApp({ DATABASE_URL: options.url, SECOND_LOOK_DATA: options.dataDir });
  const executablePath = findChromium(chromium.executablePath());
  const browser = await chromium.launch({
    ...(executablePath === undefined ? {} : { executablePath }),
    args: ["--disable-background-networking", "--disable-dev-shm-usage", "--no-sandbox"],
  });
  try {
    const value = await encode({
      token: { sub: reviewerId, epoch: await readEpoch(client, reviewerId) },
      secret: env().NEXTAUTH_SECRET ?? "",
      maxAge: SESSION_SECONDS,
    });
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: "en-GB" });
    await context.addCookies([
      { name: sessionCookieName(), value, url: app.url, httpOnly: true, sameSite: "Lax" },
    ]);
    await context.addInitScript(WATCH);
    const timings: Timing[] = [];
    const shifts: number[] = [];
    for (const [order, name] of [
      ["image", "by image: the picture mostly stays"],
      ["random", "in random order: another picture each time"],
    ] as const) {
      await client.query(`UPDATE "Project" SET "queueOrder" = $2 WHERE id = $1`, [project.projectId, order]);
      const page = await context.newPage();
      await page.goto(`${app.url}/projects/${project.projectId}/review`);
      const presses = await judgeMany(page, options.presses);
      await page.close();
      timings.push({ name, times: presses.map(({ ms }) => ms), failed: 0 });
      shifts.push(...presses.map(({ shift }) => shift));
    }
    return { timings, shifts, browser: browser.version() };
  } finally {
    await client.query(`UPDATE "Project" SET "queueOrder" = 'image' WHERE id = $1`, [project.projectId]);
    await browser.close();
    await app.stop();
  }
}

async function judgeMany(page: Page, count: number): Promise<Press[]> {
  const presses: Press[] = [];
  for (let turn = 0; turn < WARM_UP + count; turn += 1) {
    await page.evaluate("benchUntil(benchIsReady)");
    await wait(PAUSE_MS);
    await page.keyboard.press("a");
    // Over failed checks the app asks first: then the second press is the one that is measured.
    await page.evaluate(`benchUntil(() => benchAsks() || benchPresses.length > ${turn})`);
    if (await page.evaluate<boolean>(`benchPresses.length <= ${turn}`)) await page.keyboard.press("a");
    await page.evaluate(`benchUntil(() => benchPresses.length > ${turn})`);
  }
  presses.push(...(await page.evaluate<Press[]>("benchPresses")));
  return presses.slice(WARM_UP);
}

/**
 * In the page: from the key's own time stamp until another trace may be judged, which the app allows two frames after
 * its picture came, so when both are painted; and one frame more, since that, too, has to be on the screen.
 */
const WATCH = `
  window.benchPresses = [];
  let shift = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) shift += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
  const approve = () => document.querySelector('button[aria-keyshortcuts="A"]');
  window.benchUntil = (holds) => new Promise((resolve, reject) => {
    const end = performance.now() + ${PATIENCE_MS};
    const look = () => {
      if (holds()) return resolve();
      if (performance.now() > end) return reject(new Error("The next trace did not come: " + document.body.innerText.slice(0, 400)));
      setTimeout(look, 20);
    };
    look();
  });
  window.benchIsReady = () => approve() !== null && !approve().disabled;
  window.benchAsks = () =>
    [...document.querySelectorAll("button")].some((one) => one.textContent.startsWith("Approve all the same") && !one.disabled);
  let latest = 0;
  addEventListener("keydown", (event) => {
    if (event.key !== "a") return;
    const before = approve();
    const mine = (latest += 1);
    shift = 0;
    const look = () => {
      if (mine !== latest) return;
      const now = approve();
      const picture = document.querySelector("[data-stage] img");
      if (now === null || now === before || now.disabled || !picture?.complete) return requestAnimationFrame(look);
      const ms = performance.now() - event.timeStamp;
      // Late shifts belong to this change as well.
      setTimeout(() => window.benchPresses.push({ ms, shift }), 150);
    };
    requestAnimationFrame(look);
  }, true);
`;

async function readEpoch(client: pg.Client, userId: string): Promise<number> {
  const { rows } = await client.query(`SELECT "sessionEpoch" FROM "User" WHERE id = $1`, [userId]);
  return rows[0].sessionEpoch;
}

import { gzipSync } from "node:zlib";
import { expect, test } from "#e2e/fixtures.ts";
import { importPicture, makeTraces } from "#e2e/review-scene.ts";

/**
 * What the review screen may load before a trace is on it, gzipped. 133 kB of it are the framework's. What weighs is
 * told by `node scripts/bench/route-size.mjs`.
 */
const MOST_KB = 220;

test("the review screen loads few scripts before the first trace is there", async ({
  page,
  project,
  owner,
}) => {
  const place = { projectId: project.id, userId: owner.id };
  const image = await importPicture(place, { name: "kite", description: "A blue kite over a beach." });
  await makeTraces(project.id, image.id, [{}]);
  const bodies: Promise<Buffer>[] = [];
  page.on("response", (response) => {
    if (response.request().resourceType() === "script" && response.ok()) bodies.push(response.body());
  });
  await page.goto(`${project.path}/review`);
  await expect(page.getByRole("button", { name: /^Approve/ })).toBeEnabled();
  const sizes = (await Promise.all(bodies)).map((body) => gzipSync(body).length);
  const total = Math.round(sizes.reduce((sum, size) => sum + size, 0) / 1000);
  expect(sizes.length).toBeGreaterThan(3);
  expect(total).toBeLessThanOrEqual(MOST_KB);
});

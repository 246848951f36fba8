import { expect, it } from "vitest";
import { RecentCount } from "#lib/worker/recent-count.ts";

it("knows what the last second saw, and forgets what came before it", () => {
  const seen = new RecentCount();
  expect(seen.at(5_000)).toBe(0);
  for (let at = 5_000; at < 6_000; at += 10) seen.add(at);
  expect(seen.at(5_999)).toBe(100);
  // Each tenth of a second that begins takes away the oldest.
  expect(seen.at(6_000)).toBe(90);
  expect(seen.at(6_450)).toBe(50);
  seen.add(6_460);
  expect(seen.at(6_899)).toBe(11);
  expect(seen.at(7_399)).toBe(1);
  expect(seen.at(7_400)).toBe(0);
  seen.add(1_000_000);
  expect(seen.at(1_000_000)).toBe(1);
});

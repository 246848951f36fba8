import { describe, expect, it } from "vitest";
import { chooseForReview, type Selectable } from "#lib/generation/selection.ts";
import { createRandom } from "#lib/random.ts";
import type { TraceKind } from "#lib/traces/kind.ts";

let made = 0;
function trace(kind: TraceKind, more: Partial<Selectable> = {}): Selectable {
  made += 1;
  return {
    id: `t${String(made).padStart(4, "0")}`,
    kind,
    standing: "unselected",
    hasFailedCheck: false,
    isOutdated: false,
    simpleSample: 0,
    longSample: kind.length === 2 ? 0 : -1,
    ...more,
  };
}
const kindsOf = (traces: readonly Selectable[], ids: readonly string[]) =>
  ids.map((id) => traces.find((one) => one.id === id)?.kind);

describe("chooseForReview", () => {
  it("lets the kinds take turns in their order, up to the limit", () => {
    const traces = [
      trace("XX"),
      trace("OX"),
      trace("O"),
      trace("OO"),
      trace("XO"),
      trace("XO", { simpleSample: 1 }),
    ];
    expect(kindsOf(traces, chooseForReview(traces, 3).select)).toEqual(["XO", "OO", "O"]);
    expect(kindsOf(traces, chooseForReview(traces, 9).select)).toEqual(["XO", "OO", "O", "OX", "XX", "XO"]);
    expect(chooseForReview(traces, 0)).toEqual({ select: [], release: [] });
  });

  it("never takes a wrong thought alone, an ungradable one, a failed check or an outdated question", () => {
    const traces = [
      trace("X"),
      trace("ungradable"),
      trace("OO", { hasFailedCheck: true }),
      trace("XO", { isOutdated: true }),
    ];
    expect(chooseForReview(traces, 3)).toEqual({ select: [], release: [] });
  });

  it("counts what is judged or in hand, and gives the turn to the other kinds", () => {
    const traces = [
      trace("XO", { standing: "fixed" }),
      trace("XO", { simpleSample: 1 }),
      trace("OO"),
      trace("OO", { simpleSample: 2 }),
    ];
    expect(kindsOf(traces, chooseForReview(traces, 3).select)).toEqual(["OO", "XO"]);
    expect(
      chooseForReview(
        traces.map((one) => ({ ...one, standing: "fixed" as const })),
        3,
      ),
    ).toEqual({ select: [], release: [] });
  });

  it("ends with the same traces in whatever order they arrive", () => {
    const kinds: TraceKind[] = ["O", "O", "X", "OO", "OX", "XO", "XX", "XO", "OO"];
    const all = kinds.map((kind, index) => trace(kind, { simpleSample: index }));
    const whole = chooseForReview(all, 3).select.sort();
    for (const seed of ["a", "b", "c", "d", "e", "f"]) {
      const waiting = new Set<string>();
      const arrived: Selectable[] = [];
      for (const next of createRandom(seed).shuffle(all)) {
        arrived.push(next);
        const now = arrived.map((one) => ({
          ...one,
          standing: waiting.has(one.id) ? ("waiting" as const) : ("unselected" as const),
        }));
        const choice = chooseForReview(now, 3);
        for (const id of choice.release) waiting.delete(id);
        for (const id of choice.select) waiting.add(id);
        expect(waiting.size).toBeLessThanOrEqual(3);
      }
      expect([...waiting].sort()).toEqual(whole);
    }
  });
});

import { describe, expect, it } from "vitest";
import { db } from "#lib/db/client.ts";
import { createTestDatabase } from "#lib/db/test-database.ts";
import { makeImage, makeProject, makeQuestion, makeReviewProject, makeTrace } from "#lib/db/test-records.ts";
import { readTraceCounts } from "#lib/traces/count-queries.ts";
import { listCheckNames, listTraces, readTrace, readTraces } from "#lib/traces/queries.ts";
import { traceFilterSchema } from "#lib/traces/schema.ts";

await createTestDatabase();

describe("what the schema has room for", () => {
  it("several samples per question, each with several long thoughts", async () => {
    const { project, traces } = await makeReviewProject([{}, {}, { simple: "right", long: "right" }]);
    const view = await readTrace(project.id, traces[0]?.id ?? "");
    expect(view.siblings.map(({ id }) => id)).toEqual(traces.map(({ id }) => id));
    const samples = await db().simpleThought.findMany({ where: { projectId: project.id } });
    expect(new Set(samples.map(({ sampleIndex }) => sampleIndex)).size).toBe(3);
  });

  it("a standalone O, read and counted as a trace of its own", async () => {
    const { project, traces } = await makeReviewProject([{ simple: "right", long: null }]);
    const view = await readTrace(project.id, traces[0]?.id ?? "");
    expect(view).toMatchObject({ kind: "O", long: null });
    expect(view.revision.body).toBe(view.simple.text);
    expect((await readTraceCounts(project.id)).byStateAndKind.waiting.O).toBe(1);
  });

  it("an image that is missing, with everything else in place", async () => {
    const project = await makeProject();
    const image = await makeImage(project.id, { state: "missing" });
    const question = await makeQuestion(project.id, image.id);
    const trace = await makeTrace({ projectId: project.id, imageId: image.id, question });
    expect((await readTrace(project.id, trace.id)).image).toMatchObject({ isMissing: true, width: null });
    expect((await listTraces(project.id, {})).rows[0]).toMatchObject({ isImageMissing: true });
  });
});

describe("listTraces", () => {
  it("pages by key without gaps or repeats, in either order", async () => {
    const { project, traces } = await makeReviewProject(Array.from({ length: 125 }, () => ({})));
    const ids = traces.map(({ id }) => id);
    for (const order of ["newest", "oldest"] as const) {
      const seen: string[] = [];
      let after: string | undefined;
      do {
        const page = await listTraces(project.id, { order, after });
        seen.push(...page.rows.map(({ id }) => id));
        after = page.next ?? undefined;
      } while (after);
      expect(seen).toEqual(order === "oldest" ? ids : [...ids].reverse());
    }
  });

  it("narrows by state, kind and failed check, and shows nothing of another project", async () => {
    const mine = await makeReviewProject([
      {},
      { simple: "right", long: null, state: "approved" },
      { body: " the description says so." },
    ]);
    const other = await makeReviewProject([{}]);
    const list = async (filter: object) =>
      (await listTraces(mine.project.id, filter)).rows.map(({ id }) => id);
    const [xo, o, leaky] = mine.traces.map(({ id }) => id);
    expect(await list({ state: "approved" })).toEqual([o]);
    expect(await list({ kind: "XO", order: "oldest" })).toEqual([xo, leaky]);
    expect(await list({ check: "leak" })).toEqual([leaky]);
    expect(await listCheckNames(mine.project.id)).toEqual(["leak"]);
    expect(await list({ image: other.image.id })).toEqual([]);
    await expect(readTrace(mine.project.id, other.traces[0]?.id ?? "")).rejects.toMatchObject({
      code: "not_found",
    });
    expect(await readTraces(mine.project.id, [other.traces[0]?.id ?? "", xo ?? ""])).toHaveLength(1);
  });

  it("takes any address that a person may have mangled", () => {
    expect(traceFilterSchema.parse({ state: "nonsense", kind: ["XO"], after: "1", image: "x" })).toEqual({});
  });
});

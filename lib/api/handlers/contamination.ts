import "server-only";
import { handler } from "#lib/api/handler.ts";
import { requestCheck } from "#lib/contamination/check-commands.ts";
import { countHits, listBenchmarks, listHits, readCheck } from "#lib/contamination/queries.ts";

export const contaminationHandlers = {
  readContamination: handler("readContamination", async ({ access: { project } }) => {
    const [check, found, benchmarks] = await Promise.all([
      readCheck(project.id),
      countHits(project.id),
      listBenchmarks(project.id),
    ]);
    return { value: { check, found, benchmarks } };
  }),

  startContaminationCheck: handler("startContaminationCheck", async ({ access, body }) => {
    await requestCheck(access.project.id, access.user.id, body);
    return { value: null };
  }),

  listContaminationFinds: handler("listContaminationFinds", async ({ access, query }) => {
    const { of, cursor, limit } = query;
    const { hits, next } = await listHits(access.project.id, of, cursor, limit);
    return { value: { items: hits, next } };
  }),
};

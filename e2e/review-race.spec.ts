import { type APIRequestContext, request } from "@playwright/test";
import { expect, sessionOf, test } from "#e2e/fixtures.ts";
import { db } from "#lib/db/client.ts";
import { makeImage, makeQuestion, makeTrace } from "#lib/db/test-records.ts";
import type { NextResult, UndoResult, VerdictResult } from "#lib/review/schema.ts";

test.describe.configure({ timeout: 300_000 });

const CLIENTS = 20;
const TRACES = 60;
/** Each takes every so many of its verdicts back, and gives it again. */
const UNDONE_EVERY = 3;

/** What a reviewer's browser asks of the server, by the same addresses and with the same cookie. */
function clientOf(http: APIRequestContext, path: string) {
  return async <T>(verb: string, data: unknown): Promise<T> => {
    const response = await http.post(`/api${path}/review/${verb}`, { data, timeout: 120_000 });
    expect(response.ok(), `${verb}: ${response.status()} ${await response.text()}`).toBe(true);
    return response.json();
  };
}

test("twenty signed-in clients at once: no trace is held twice, none is lost, none counted twice", async ({
  project,
  makeUser,
  baseURL,
}) => {
  const traceIds: string[] = [];
  // Three of a question, as a project has them: siblings are handed out together.
  for (let made = 0; made < TRACES; made += 3) {
    const image = await makeImage(project.id);
    const place = {
      projectId: project.id,
      imageId: image.id,
      question: await makeQuestion(project.id, image.id),
    };
    for (let sibling = 0; sibling < 3; sibling += 1) traceIds.push((await makeTrace(place)).id);
  }

  /** Who has a trace in hand, as the clients were told. Whoever is about to give one up is taken out before. */
  const holders = new Map<string, number>();
  const heldTwice: string[] = [];
  const hold = (traceId: string, client: number) => {
    const holder = holders.get(traceId);
    if (holder !== undefined && holder !== client) heldTwice.push(`${traceId}: ${holder} and ${client}`);
    holders.set(traceId, client);
  };

  const work = async (client: number): Promise<{ judged: number; undone: number; counted: number }> => {
    const user = await makeUser({ role: "reviewer" });
    const { name, value } = await sessionOf(user);
    const http = await request.newContext({
      ...(baseURL ? { baseURL } : {}),
      extraHTTPHeaders: { cookie: `${name}=${value}` },
    });
    const ask = clientOf(http, project.path);
    const done = { judged: 0, undone: 0, counted: 0 };
    let given = 0;
    const judge = async (trace: { id: string; rowVersion: number }) => {
      holders.delete(trace.id);
      const { status } = await ask<VerdictResult>("verdict", {
        traceId: trace.id,
        rowVersion: trace.rowVersion,
        decision: (client + done.judged) % 2 === 0 ? "approved" : "rejected",
        comment: "seen",
        overrideChecks: true,
      });
      done.counted = status.judgedToday;
    };
    for (;;) {
      const { traces, status } = await ask<NextResult>("next", { want: 2 });
      for (const { id } of traces) hold(id, client);
      done.counted = status.judgedToday;
      // What others hold may still come back: the queue is empty once nothing waits.
      if (traces.length === 0 && status.waiting === 0) break;
      for (const trace of traces) {
        await judge(trace);
        done.judged += 1;
        given += 1;
        if (given % UNDONE_EVERY !== 0) continue;
        const { trace: back } = await ask<UndoResult>("undo", {});
        if (back?.id !== trace.id) throw new Error(`undo gave back ${back?.id} in place of ${trace.id}`);
        done.undone += 1;
        // It is in hand again where nobody took it in that moment; whoever did judges it.
        if (back.claim?.reviewerId === user.id) {
          hold(trace.id, client);
          await judge(back);
        } else done.judged -= 1;
      }
    }
    await http.dispose();
    return done;
  };
  const done = await Promise.all(Array.from({ length: CLIENTS }, (_, client) => work(client)));
  const sum = (of: (one: (typeof done)[number]) => number) => done.reduce((total, one) => total + of(one), 0);

  expect(heldTwice).toEqual([]);
  // None is lost, and each has one verdict that stands.
  const verdicts = await db().verdict.findMany({
    where: { projectId: project.id },
    select: { traceId: true, decision: true, undoneAt: true },
  });
  const standing = verdicts.filter(({ undoneAt }) => undoneAt === null);
  expect(standing.map(({ traceId }) => traceId).sort()).toEqual([...traceIds].sort());
  expect(verdicts.length - standing.length).toBe(sum(({ undone }) => undone));
  expect(sum(({ judged }) => judged)).toBe(TRACES);
  const states = await db().trace.findMany({
    where: { projectId: project.id },
    select: { id: true, state: true },
  });
  const decisionOf = new Map(standing.map(({ traceId, decision }) => [traceId, decision]));
  for (const { id, state } of states) expect(state).toBe(decisionOf.get(id));
  // None is counted twice: not by what each was told, and not by what is kept.
  expect(sum(({ counted }) => counted)).toBe(TRACES);
  expect(await db().reviewClaim.count({ where: { projectId: project.id } })).toBe(0);
});

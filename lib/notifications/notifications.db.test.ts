import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { db } from "#lib/db/client.ts";
import { createTestDatabase } from "#lib/db/test-database.ts";
import { makeProject, makeUser } from "#lib/db/test-records.ts";
import { resetEnv } from "#lib/env.ts";
import {
  DELIVER_JOB,
  markRead,
  planDeliveries,
  removeWebhook,
  setWantsEmail,
  setWebhook,
} from "#lib/notifications/commands.ts";
import { deliver, giveUpDelivery, testWebhook } from "#lib/notifications/delivery-commands.ts";
import { listNotifications, readEmailChoice, readWebhook } from "#lib/notifications/queries.ts";
import { verifySignature } from "#lib/notifications/signature.ts";
import { BACKGROUND_QUEUE, boss, disconnectBoss } from "#lib/queue/boss.ts";
import { startWorker } from "#lib/worker/start.ts";

const database = await createTestDatabase();

type Received = { headers: IncomingMessage["headers"]; body: string; path: string };
let receiver: Server;
let received: Received[] = [];
let answers: number[] = [];
let mailServer: SMTPServer;
let mails: { to: string[]; text: string }[] = [];
let refusal: { responseCode: number; message: string } | null = null;

beforeAll(async () => {
  receiver = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    received.push({
      headers: request.headers,
      body: Buffer.concat(chunks).toString(),
      path: request.url ?? "",
    });
    response.writeHead(answers.shift() ?? 204, { location: "http://127.0.0.1:1/elsewhere" }).end();
  });
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  mailServer = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    onRcptTo: (_address, _session, done) =>
      done(refusal ? Object.assign(new Error(refusal.message), refusal) : undefined),
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        mails.push({
          to: session.envelope.rcptTo.map(({ address }) => address),
          text: Buffer.concat(chunks).toString(),
        });
        done();
      });
    },
  });
  await new Promise<void>((resolve) => mailServer.listen(0, "127.0.0.1", resolve));
});
beforeEach(async () => {
  await database.truncate();
  received = [];
  answers = [];
  mails = [];
  refusal = null;
  setMail(null);
});
afterEach(() => setMail(null));
afterAll(async () => {
  await disconnectBoss();
  await new Promise((resolve) => receiver.close(resolve));
  await new Promise<void>((resolve) => mailServer.close(resolve));
});

function setMail(port: number | null) {
  if (port === null) {
    delete process.env.SMTP_URL;
    delete process.env.MAIL_FROM;
  } else {
    process.env.SMTP_URL = `smtp://127.0.0.1:${port}`;
    process.env.MAIL_FROM = "Second Look <runs@example.org>";
  }
  process.env.NEXTAUTH_URL = "https://look.example.org";
  resetEnv();
}

const mailPort = () => (mailServer.server.address() as AddressInfo).port;
const hook = (path = "/in?token=secret-token") =>
  `http://127.0.0.1:${(receiver.address() as AddressInfo).port}${path}`;

/** A run of Ada's that has just stopped. */
async function stoppedRun(projectId: string, userId: string) {
  const run = await db().run.create({
    data: { projectId, name: "Beaches", config: {}, seed: "s", createdById: userId },
  });
  await db().run.update({
    where: { id: run.id },
    data: { state: "stopped", reason: "The budget is used up." },
  });
  return run.id;
}

async function prepare() {
  const ada = await makeUser("Ada");
  const { id: projectId, name } = await makeProject([{ userId: ada.id, role: "owner" }]);
  return { ada, projectId, name, actor: { projectId, actorId: ada.id } };
}

const deliveries = () => db().notificationDelivery.findMany({ orderBy: { channel: "asc" } });

async function only(channel: string) {
  const found = (await deliveries()).filter((one) => one.channel === channel);
  expect(found).toHaveLength(1);
  const [first] = found;
  if (!first) throw new Error("a delivery");
  return first;
}

describe("in the app", () => {
  it("a person sees their own, counts what is unread, and marks it read", async () => {
    const { ada, projectId } = await prepare();
    const ben = await makeUser("Ben");
    await db().membership.create({ data: { projectId, userId: ben.id, role: "owner" } });
    const runId = await stoppedRun(projectId, ada.id);
    await stoppedRun(projectId, ben.id);
    const list = await listNotifications(ada.id);
    expect(list).toMatchObject({ unread: 1, next: null });
    expect(list.items).toMatchObject([
      { event: "run.stopped", href: `/projects/${projectId}/runs/${runId}`, isRead: false },
    ]);
    await markRead(ben.id, [list.items[0]?.id ?? ""]);
    expect(await listNotifications(ada.id)).toMatchObject({ unread: 1 });
    await markRead(ada.id, null);
    expect(await listNotifications(ada.id)).toMatchObject({ unread: 0, items: [{ isRead: true }] });
    await db().membership.deleteMany({ where: { userId: ada.id } });
    expect((await listNotifications(ada.id)).items).toEqual([]);
  });

  it("pages many by key", async () => {
    const { ada, projectId } = await prepare();
    for (let index = 0; index < 5; index += 1) await stoppedRun(projectId, ada.id);
    const first = await listNotifications(ada.id, undefined, 3);
    const second = await listNotifications(ada.id, first.next ?? undefined, 3);
    expect([first.items.length, second.items.length, second.next]).toEqual([3, 2, null]);
    expect(new Set([...first.items, ...second.items].map(({ id }) => id)).size).toBe(5);
  });
});

describe("deliveries", () => {
  it("are planned once, however many workers look, with one job each", async () => {
    const { ada, projectId, actor } = await prepare();
    setMail(mailPort());
    await setWebhook(actor, hook());
    await stoppedRun(projectId, ada.id);
    const planned = await Promise.all(Array.from({ length: 6 }, () => planDeliveries()));
    expect(planned.reduce((sum, count) => sum + count, 0)).toBe(2);
    expect((await deliveries()).map(({ channel }) => channel)).toEqual(["email", "webhook"]);
    const jobs = await (await boss()).findJobs<{ name: string }>(BACKGROUND_QUEUE, {});
    expect(jobs.filter(({ data }) => data.name === DELIVER_JOB)).toHaveLength(2);
    expect(await planDeliveries()).toBe(0);
  });

  it("by e-mail go to whoever started the run and wants them, once", async () => {
    const { ada, projectId, name } = await prepare();
    setMail(mailPort());
    const runId = await stoppedRun(projectId, ada.id);
    await planDeliveries();
    const { id } = await only("email");
    await deliver(id);
    await deliver(id);
    expect(mails).toHaveLength(1);
    expect(mails[0]?.to).toEqual([ada.email]);
    const text = (mails[0]?.text ?? "").replace(/=\r\n/g, "");
    expect(text).toContain(`https://look.example.org/projects/${projectId}/runs/${runId}`);
    expect(text).toContain("The budget is used up.");
    expect(text).toContain(name);
    expect(await only("email")).toMatchObject({ state: "sent", attempts: 1, outcome: "Sent." });

    expect(await readEmailChoice(ada.id)).toEqual({ canSend: true, wantsEmail: true });
    await setWantsEmail(ada.id, false);
    await stoppedRun(projectId, ada.id);
    expect(await planDeliveries()).toBe(0);
  });

  it("by e-mail that a mail server refuses are given up or tried again, and say so without the address", async () => {
    const { ada, projectId } = await prepare();
    setMail(mailPort());
    await stoppedRun(projectId, ada.id);
    await planDeliveries();
    const { id } = await only("email");
    refusal = { responseCode: 451, message: `try later ${ada.email}` };
    await expect(deliver(id)).rejects.toMatchObject({ code: "upstream" });
    expect(await only("email")).toMatchObject({ state: "waiting", attempts: 1 });
    setMail(1);
    await expect(deliver(id)).rejects.toMatchObject({ message: expect.stringMatching(/not reached/) });
    setMail(mailPort());
    refusal = { responseCode: 550, message: `no such user ${ada.email}` };
    await deliver(id);
    const failed = await only("email");
    expect(failed).toMatchObject({
      state: "failed",
      attempts: 3,
      outcome: "The mail server refused it (550).",
    });
  });

  it("to a webhook are signed, name the run, and carry one id over all tries", async () => {
    const { ada, projectId, actor } = await prepare();
    const { secret } = await setWebhook(actor, hook());
    const runId = await stoppedRun(projectId, ada.id);
    await planDeliveries();
    const { id } = await only("webhook");
    answers = [503, 429];
    await expect(deliver(id)).rejects.toThrow("It answered with status 503.");
    expect(await readWebhook(projectId)).toMatchObject({ lastDelivery: { ok: false } });
    await expect(deliver(id)).rejects.toThrow("429");
    await deliver(id);
    await deliver(id);
    expect(received).toHaveLength(3);
    for (const { headers, body, path } of received) {
      expect(path).toBe("/in?token=secret-token");
      expect(headers["x-second-look-delivery"]).toBe(id);
      const signature = String(headers["x-second-look-signature"]);
      expect(verifySignature(secret, body, signature, new Date())).toBe(true);
      expect(verifySignature("another", body, signature, new Date())).toBe(false);
      expect(verifySignature(secret, `${body} `, signature, new Date())).toBe(false);
      expect(verifySignature(secret, body, signature, new Date(Date.now() + 600_000))).toBe(false);
      expect(JSON.parse(body)).toMatchObject({
        id,
        event: "run.stopped",
        run: { id: runId, name: "Beaches", reason: "The budget is used up.", failed: 0 },
        url: `https://look.example.org/projects/${projectId}/runs/${runId}`,
      });
    }
    expect(await only("webhook")).toMatchObject({ state: "sent", attempts: 3 });
    expect(await readWebhook(projectId)).toMatchObject({ lastDelivery: { ok: true } });
  });

  it("are made by a worker that runs, without anybody else's doing", { timeout: 90_000 }, async () => {
    const { ada, projectId, actor } = await prepare();
    await setWebhook(actor, hook());
    const worker = await startWorker({ concurrency: 1 });
    try {
      const runId = await stoppedRun(projectId, ada.id);
      const sent = () => db().notificationDelivery.count({ where: { channel: "webhook", state: "sent" } });
      await expect.poll(sent, { timeout: 60_000 }).toBe(1);
      expect(received.map(({ body }) => JSON.parse(body).run.id)).toEqual([runId]);
    } finally {
      await worker.stop();
    }
  });

  it("to a webhook are given up where it refuses, redirects or is link-local, and can be given up for good", async () => {
    const { ada, projectId, actor } = await prepare();
    for (const [status, sentence] of [
      [404, "status 404"],
      [302, "redirects"],
    ] as const) {
      await db().notification.deleteMany();
      await setWebhook(actor, hook());
      await stoppedRun(projectId, ada.id);
      await planDeliveries();
      answers = [status];
      await deliver((await only("webhook")).id);
      expect(await only("webhook")).toMatchObject({
        state: "failed",
        outcome: expect.stringContaining(sentence),
      });
    }
    expect(received).toHaveLength(2);
    await expect(setWebhook(actor, "http://169.254.169.254/latest/meta-data")).rejects.toThrow();

    await db().notification.deleteMany();
    await setWebhook(actor, "http://127.0.0.1:1/nobody");
    await stoppedRun(projectId, ada.id);
    await planDeliveries();
    const { id } = await only("webhook");
    await expect(deliver(id)).rejects.toThrow("No connection");
    await giveUpDelivery(id, new Error("an error with an address http://127.0.0.1:1/nobody"));
    const failed = await only("webhook");
    expect(failed.state).toBe("failed");
    expect(failed.outcome).not.toContain("127.0.0.1");
  });
});

describe("a project's webhook", () => {
  it("is sealed, told by its host alone, tested on request, and removed", async () => {
    const { projectId, actor } = await prepare();
    await expect(testWebhook(projectId)).rejects.toMatchObject({ code: "not_found" });
    const { secret } = await setWebhook(actor, hook());
    const row = await db().projectWebhook.findUniqueOrThrow({ where: { projectId } });
    expect(JSON.stringify(row)).not.toContain("secret-token");
    expect(JSON.stringify(row)).not.toContain(secret);
    expect(JSON.stringify(await readWebhook(projectId))).not.toContain("token");
    expect(JSON.stringify(await db().auditEvent.findMany())).not.toContain("token");
    expect(await testWebhook(projectId)).toMatchObject({ ok: true });
    expect(received[0]?.headers["x-second-look-event"]).toBe("test");
    answers = [500];
    expect(await testWebhook(projectId)).toMatchObject({
      ok: false,
      message: "It answered with status 500.",
    });
    const again = await setWebhook(actor, hook("/other"));
    expect(again.secret).not.toBe(secret);
    await removeWebhook(actor);
    expect(await readWebhook(projectId)).toBeNull();
  });
});

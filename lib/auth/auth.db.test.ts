import { beforeEach, describe, expect, it } from "vitest";
import { admitIdentity } from "#lib/auth/identity-commands.ts";
import {
  acceptInvitationAs,
  acceptInvitationAsNew,
  createInvitation,
  createPasswordReset,
  resetPassword,
  revokeInvitation,
} from "#lib/auth/link-commands.ts";
import { hashPassword } from "#lib/auth/password.ts";
import { isSetUpNeeded, readInvitation, readSessionUser } from "#lib/auth/queries.ts";
import { setUpCode } from "#lib/auth/setup-code.ts";
import { createFirstAdministrator } from "#lib/auth/setup-commands.ts";
import { signInWithPassword } from "#lib/auth/sign-in-commands.ts";
import { changePassword, setUserAdmin, setUserDisabled } from "#lib/auth/user-commands.ts";
import { db } from "#lib/db/client.ts";
import { createTestDatabase } from "#lib/db/test-database.ts";
import { env } from "#lib/env.ts";

const database = await createTestDatabase();
const PASSWORD = "correct horse battery";
const passwordHash = await hashPassword(PASSWORD);

beforeEach(() => database.truncate());

function makeUser(email: string, data: { isAdmin?: boolean } = {}) {
  return db().user.create({ data: { email, name: email.split("@")[0] ?? email, passwordHash, ...data } });
}

function makeProject(name: string, ownerId: string) {
  return db().project.create({ data: { name, memberships: { create: { userId: ownerId, role: "owner" } } } });
}

const first = (email: string) => ({
  email,
  name: "First",
  password: PASSWORD,
  code: setUpCode(env().NEXTAUTH_SECRET ?? ""),
  address: "10.0.0.1",
});

describe("set-up", () => {
  it("makes one administrator of ten who try at once", async () => {
    expect(await isSetUpNeeded()).toBe(true);
    const tries = Array.from({ length: 10 }, (_, index) =>
      createFirstAdministrator(first(`a${index}@example.org`)),
    );
    const results = await Promise.allSettled(tries);
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await db().user.count()).toBe(1);
    expect(await isSetUpNeeded()).toBe(false);
  });

  it("stays closed when all users are gone", async () => {
    await createFirstAdministrator(first("a@example.org"));
    await db().user.deleteMany();
    expect(await isSetUpNeeded()).toBe(false);
    await expect(createFirstAdministrator(first("b@example.org"))).rejects.toMatchObject({
      code: "conflict",
    });
  });

  it("is closed where a user exists, and refuses a wrong code", async () => {
    await expect(
      createFirstAdministrator({ ...first("a@example.org"), code: "aaaa-bbbb-cccc" }),
    ).rejects.toMatchObject({
      code: "bad_input",
    });
    expect(await db().user.count()).toBe(0);
    await makeUser("old@example.org");
    await expect(createFirstAdministrator(first("a@example.org"))).rejects.toMatchObject({
      code: "conflict",
    });
  });
});

describe("sign-in", () => {
  const attempt = (email: string, password: string, address = "10.0.0.1", now = new Date()) =>
    signInWithPassword({ email, password, address }, now);

  it("takes the address in any spelling, and says the same for a wrong password, an unknown and a disabled account", async () => {
    await makeUser("ada@example.org");
    const off = await makeUser("off@example.org");
    await db().user.update({ where: { id: off.id }, data: { disabledAt: new Date() } });
    await expect(attempt(" Ada@Example.ORG ", PASSWORD)).resolves.toMatchObject({
      email: "ada@example.org",
      epoch: 0,
    });
    const refusals = await Promise.all(
      [
        attempt("ada@example.org", "wrong"),
        attempt("nobody@example.org", PASSWORD),
        attempt("off@example.org", PASSWORD),
      ].map((result) =>
        result.then(
          () => "signed in",
          (error: Error) => error.message,
        ),
      ),
    );
    expect(new Set(refusals)).toEqual(
      new Set(["The address or the password is wrong, or the account is disabled."]),
    );
  });

  it("blocks an account after five failures, from whatever address, and lets it in again after the wait", async () => {
    await makeUser("ada@example.org");
    const now = new Date();
    for (let i = 0; i < 5; i++)
      await attempt("ada@example.org", "wrong", `10.0.0.${i}`, now).catch(() => null);
    await expect(attempt("ada@example.org", PASSWORD, "10.0.0.9", now)).rejects.toMatchObject({
      code: "rate_limited",
      message: "Too many tries. Wait 30 seconds, then try again.",
    });
    await expect(
      attempt("ada@example.org", PASSWORD, "10.0.0.9", new Date(now.getTime() + 31_000)),
    ).resolves.toBeTruthy();
    expect(await db().signInThrottle.findUnique({ where: { key: "account:ada@example.org" } })).toBeNull();
  });

  it("counts attempts that run at the same moment one by one", async () => {
    await makeUser("ada@example.org");
    const now = new Date();
    const results = await Promise.allSettled(
      Array.from({ length: 12 }, (_, index) => attempt("ada@example.org", "wrong", `10.1.0.${index}`, now)),
    );
    const codes = results.map((result) => (result.status === "rejected" ? result.reason.code : "signed in"));
    expect(codes.filter((code) => code === "forbidden")).toHaveLength(5);
    expect(codes.filter((code) => code === "rate_limited")).toHaveLength(7);
  });

  it("blocks an address that tries many accounts, and no other address", async () => {
    await makeUser("ada@example.org");
    const now = new Date();
    for (let i = 0; i < 30; i++)
      await attempt(`user${i}@example.org`, "wrong", "10.0.0.66", now).catch(() => null);
    await expect(attempt("ada@example.org", PASSWORD, "10.0.0.66", now)).rejects.toMatchObject({
      code: "rate_limited",
    });
    await expect(attempt("ada@example.org", PASSWORD, "10.0.0.67", now)).resolves.toBeTruthy();
  });
});

describe("sessions", () => {
  it("end when the account is disabled and do not come back when it is enabled", async () => {
    const admin = await makeUser("admin@example.org", { isAdmin: true });
    const user = await makeUser("ada@example.org");
    expect(await readSessionUser(user.id, 0)).toMatchObject({ email: "ada@example.org" });
    await setUserDisabled(admin.id, user.id, true);
    expect(await readSessionUser(user.id, 0)).toBeNull();
    await setUserDisabled(admin.id, user.id, false);
    expect(await readSessionUser(user.id, 0)).toBeNull();
    expect((await signInWithPassword({ email: user.email, password: PASSWORD, address: "x" })).epoch).toBe(1);
  });

  it("end when the password changes, which needs the current one", async () => {
    const user = await makeUser("ada@example.org");
    await expect(changePassword(user.id, "wrong", "another good password")).rejects.toMatchObject({
      code: "bad_input",
    });
    expect(await readSessionUser(user.id, 0)).not.toBeNull();
    await changePassword(user.id, PASSWORD, "another good password");
    expect(await readSessionUser(user.id, 0)).toBeNull();
    await expect(
      signInWithPassword({ email: user.email, password: "another good password", address: "x" }),
    ).resolves.toMatchObject({ epoch: 1 });
  });
});

describe("administrators", () => {
  it("never lose the last one, even when two unmake each other at once", async () => {
    const one = await makeUser("one@example.org", { isAdmin: true });
    await expect(setUserAdmin(one.id, one.id, false)).rejects.toMatchObject({ code: "conflict" });
    await expect(setUserDisabled(one.id, one.id, true)).rejects.toMatchObject({ code: "conflict" });
    const two = await makeUser("two@example.org", { isAdmin: true });
    const results = await Promise.allSettled([
      setUserAdmin(one.id, two.id, false),
      setUserDisabled(two.id, one.id, true),
    ]);
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await db().user.count({ where: { isAdmin: true, disabledAt: null } })).toBe(1);
  });

  it("are not counted while disabled", async () => {
    const one = await makeUser("one@example.org", { isAdmin: true });
    const two = await makeUser("two@example.org", { isAdmin: true });
    await setUserDisabled(one.id, two.id, true);
    await expect(setUserAdmin(one.id, one.id, false)).rejects.toMatchObject({ code: "conflict" });
  });
});

describe("invitations", () => {
  const account = (email: string) => ({ email, name: "New", password: PASSWORD });

  it("make one account, of two who use the link at once", async () => {
    const owner = await makeUser("owner@example.org");
    const project = await makeProject("P", owner.id);
    const { token } = await createInvitation(owner.id, {
      email: null,
      projectId: project.id,
      role: "reviewer",
    });
    const results = await Promise.allSettled([
      acceptInvitationAsNew(token, account("a@example.org")),
      acceptInvitationAsNew(token, account("b@example.org")),
    ]);
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await db().membership.count({ where: { projectId: project.id, role: "reviewer" } })).toBe(1);
    expect(await db().user.count()).toBe(2);
  });

  it("are kept as a hash alone", async () => {
    const owner = await makeUser("owner@example.org");
    const { token } = await createInvitation(owner.id, { email: null });
    expect(JSON.stringify(await db().oneTimeLink.findMany())).not.toContain(token);
    expect(JSON.stringify(await db().auditEvent.findMany())).not.toContain(token);
  });

  it("expire, and can be taken back by their own project alone", async () => {
    const owner = await makeUser("owner@example.org");
    const [mine, other] = [await makeProject("P", owner.id), await makeProject("Q", owner.id)];
    const old = await createInvitation(owner.id, { email: null }, new Date(Date.now() - 8 * 86_400_000));
    expect((await readInvitation(old.token))?.state).toBe("expired");
    await expect(acceptInvitationAsNew(old.token, account("a@example.org"))).rejects.toMatchObject({
      message: "This invitation has expired. Ask whoever invited you for a new one.",
    });
    const { id, token } = await createInvitation(owner.id, {
      email: null,
      projectId: mine.id,
      role: "viewer",
    });
    await expect(revokeInvitation(owner.id, id, other.id)).rejects.toMatchObject({ code: "conflict" });
    await expect(revokeInvitation(owner.id, id, null)).rejects.toMatchObject({ code: "conflict" });
    await revokeInvitation(owner.id, id, mine.id);
    await expect(acceptInvitationAsNew(token, account("a@example.org"))).rejects.toMatchObject({
      code: "conflict",
    });
    expect(await db().user.count()).toBe(1);
  });

  it("for one address serve that address alone, and an account that exists signs in instead", async () => {
    const owner = await makeUser("owner@example.org");
    const ada = await makeUser("ada@example.org");
    const project = await makeProject("P", owner.id);
    const { token } = await createInvitation(owner.id, {
      email: ada.email,
      projectId: project.id,
      role: "reviewer",
    });
    await expect(acceptInvitationAsNew(token, account("eve@example.org"))).rejects.toMatchObject({
      code: "forbidden",
    });
    await expect(acceptInvitationAs(token, owner.id)).rejects.toMatchObject({ code: "forbidden" });
    await expect(acceptInvitationAsNew(token, account(ada.email))).rejects.toMatchObject({
      code: "conflict",
    });
    await expect(acceptInvitationAs(token, ada.id)).resolves.toMatchObject({ projectId: project.id });
  });

  it("raise a role and never lower it", async () => {
    const owner = await makeUser("owner@example.org");
    const ada = await makeUser("ada@example.org");
    const project = await makeProject("P", owner.id);
    const roleOf = async (userId: string) =>
      (
        await db().membership.findUniqueOrThrow({
          where: { projectId_userId: { projectId: project.id, userId } },
        })
      ).role;
    const invite = async (role: "owner" | "reviewer" | "viewer") =>
      (await createInvitation(owner.id, { email: null, projectId: project.id, role })).token;
    await acceptInvitationAs(await invite("reviewer"), ada.id);
    await acceptInvitationAs(await invite("viewer"), ada.id);
    expect(await roleOf(ada.id)).toBe("reviewer");
    await acceptInvitationAs(await invite("owner"), ada.id);
    expect(await roleOf(ada.id)).toBe("owner");
    await acceptInvitationAs(await invite("viewer"), owner.id);
    expect(await roleOf(owner.id)).toBe("owner");
  });

  it("of a disabled user stop working", async () => {
    const admin = await makeUser("admin@example.org", { isAdmin: true });
    const bad = await makeUser("bad@example.org", { isAdmin: true });
    const { token } = await createInvitation(bad.id, { email: null, makesAdmin: true });
    await setUserDisabled(admin.id, bad.id, true);
    await expect(acceptInvitationAsNew(token, account("accomplice@example.org"))).rejects.toMatchObject({
      code: "conflict",
    });
  });
});

describe("password links", () => {
  it("set a password once, end sessions, and replace earlier links", async () => {
    const admin = await makeUser("admin@example.org", { isAdmin: true });
    const ada = await makeUser("ada@example.org");
    const earlier = await createPasswordReset(admin.id, ada.id);
    const { token } = await createPasswordReset(admin.id, ada.id);
    await expect(resetPassword(earlier.token, "a brand new password")).rejects.toMatchObject({
      code: "conflict",
    });
    await resetPassword(token, "a brand new password");
    await expect(resetPassword(token, "and yet another one")).rejects.toMatchObject({
      message: "This link has already been used. Ask an administrator for a new one.",
    });
    expect(await readSessionUser(ada.id, 0)).toBeNull();
    await expect(
      signInWithPassword({ email: ada.email, password: "a brand new password", address: "x" }),
    ).resolves.toBeTruthy();
  });

  it("are no invitations, and expire after a day", async () => {
    const admin = await makeUser("admin@example.org", { isAdmin: true });
    const { token } = await createPasswordReset(admin.id, admin.id);
    await expect(acceptInvitationAs(token, admin.id)).rejects.toMatchObject({ code: "not_found" });
    const tomorrow = new Date(Date.now() + 25 * 3_600_000);
    await expect(resetPassword(token, "a brand new password", tomorrow)).rejects.toMatchObject({
      code: "conflict",
    });
  });
});

describe("outside accounts", () => {
  const identity = { provider: "oidc", subject: "42", email: "ada@example.org", name: "Ada" };

  it("open nothing by an equal address alone", async () => {
    await makeUser("ada@example.org");
    expect(await admitIdentity(identity, { signedInUserId: null, invitationToken: null })).toBe("unknown");
    expect(await db().identity.count()).toBe(0);
  });

  it("are linked by whoever is signed in, and belong to one user", async () => {
    const ada = await makeUser("ada@example.org");
    const bob = await makeUser("bob@example.org");
    expect(await admitIdentity(identity, { signedInUserId: ada.id, invitationToken: null })).toBe("linked");
    expect(await admitIdentity(identity, { signedInUserId: null, invitationToken: null })).toBe("signed_in");
    expect(await admitIdentity(identity, { signedInUserId: bob.id, invitationToken: null })).toBe("taken");
    await db().user.update({ where: { id: ada.id }, data: { disabledAt: new Date() } });
    expect(await admitIdentity(identity, { signedInUserId: null, invitationToken: null })).toBe("disabled");
  });

  it("make an account with an invitation", async () => {
    const owner = await makeUser("owner@example.org");
    const { token } = await createInvitation(owner.id, { email: "ada@example.org" });
    expect(await admitIdentity(identity, { signedInUserId: null, invitationToken: token })).toBe("joined");
    expect(await db().user.findUnique({ where: { email: "ada@example.org" } })).toMatchObject({
      passwordHash: null,
    });
    await expect(
      signInWithPassword({ email: "ada@example.org", password: "", address: "x" }),
    ).rejects.toMatchObject({
      code: "forbidden",
    });
  });
});

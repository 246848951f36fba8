import { beforeEach, describe, expect, it, vi } from "vitest";
import {
  acceptInvitationAs,
  acceptInvitationAsNew,
  createInvitation,
  createPasswordReset,
  resetPassword,
} from "#lib/auth/link-commands.ts";
import * as passwords from "#lib/auth/password.ts";
import { setUpCode } from "#lib/auth/setup-code.ts";
import { createFirstAdministrator } from "#lib/auth/setup-commands.ts";
import { changePassword, setUserAdmin } from "#lib/auth/user-commands.ts";
import { db } from "#lib/db/client.ts";
import { createTestDatabase } from "#lib/db/test-database.ts";
import { env } from "#lib/env.ts";
import { changeMemberRole } from "#lib/projects/people-commands.ts";

vi.mock("#lib/auth/password.ts", { spy: true });

const database = await createTestDatabase();
const PASSWORD = "correct horse battery";
const passwordHash = await passwords.hashPassword(PASSWORD);

beforeEach(() => database.truncate());

function makeUser(email: string, data: { isAdmin?: boolean } = {}) {
  return db().user.create({ data: { email, name: email, passwordHash, ...data } });
}

async function makeProject(owners: string[]) {
  const memberships = { create: owners.map((userId) => ({ userId, role: "owner" as const })) };
  return db().project.create({ data: { name: "P", memberships } });
}

describe("whoever loses a right", () => {
  it("does not get it back by a link made before: an owner", async () => {
    const [ada, bob] = [await makeUser("ada@example.org"), await makeUser("bob@example.org")];
    const project = await makeProject([ada.id, bob.id]);
    const { token } = await createInvitation(bob.id, { email: null, projectId: project.id, role: "owner" });
    await changeMemberRole(ada.id, { projectId: project.id, userId: bob.id, role: "viewer" });
    await expect(acceptInvitationAs(token, bob.id)).rejects.toMatchObject({ code: "conflict" });
    const { role } = await db().membership.findFirstOrThrow({ where: { userId: bob.id } });
    expect(role).toBe("viewer");
  });

  it("does not get it back by a link made before: an administrator", async () => {
    const ada = await makeUser("ada@example.org", { isAdmin: true });
    const bob = await makeUser("bob@example.org", { isAdmin: true });
    const { token } = await createInvitation(bob.id, { email: null, makesAdmin: true });
    const reset = await createPasswordReset(bob.id, ada.id);
    await setUserAdmin(ada.id, bob.id, false);
    await expect(acceptInvitationAs(token, bob.id)).rejects.toMatchObject({ code: "conflict" });
    await expect(resetPassword(reset.token, "a new long password")).rejects.toMatchObject({
      code: "conflict",
    });
  });

  it("keeps the links of what it did not lose", async () => {
    const ada = await makeUser("ada@example.org", { isAdmin: true });
    const bob = await makeUser("bob@example.org", { isAdmin: true });
    const project = await makeProject([bob.id]);
    const { token } = await createInvitation(bob.id, { email: null, projectId: project.id, role: "viewer" });
    await setUserAdmin(ada.id, bob.id, false);
    await acceptInvitationAs(token, ada.id);
    expect(await db().membership.count({ where: { projectId: project.id } })).toBe(2);
  });
});

describe("guessing", () => {
  it("the set-up code is over after thirty tries, even for the right one", async () => {
    const account = { email: "a@example.org", name: "A", password: PASSWORD, address: "10.0.0.1" };
    for (let step = 0; step < 30; step += 1) {
      await expect(createFirstAdministrator({ ...account, code: "wrong" })).rejects.toMatchObject({
        code: "bad_input",
      });
    }
    const code = setUpCode(env().NEXTAUTH_SECRET ?? "");
    await expect(createFirstAdministrator({ ...account, code })).rejects.toMatchObject({
      code: "rate_limited",
    });
    await createFirstAdministrator({ ...account, code, address: "10.0.0.2" });
  });

  it("the current password in a session that was left open is limited like signing in", async () => {
    const ada = await makeUser("ada@example.org");
    for (let step = 0; step < 5; step += 1) {
      await expect(changePassword(ada.id, "wrong", "a new long password")).rejects.toMatchObject({
        code: "bad_input",
      });
    }
    await expect(changePassword(ada.id, PASSWORD, "a new long password")).rejects.toMatchObject({
      code: "rate_limited",
    });
  });

  it("a link costs the server no password hash", async () => {
    const hash = vi.mocked(passwords.hashPassword);
    hash.mockClear();
    const token = "x".repeat(43);
    const account = { email: "a@example.org", name: "A", password: PASSWORD };
    await expect(acceptInvitationAsNew(token, account)).rejects.toMatchObject({ code: "not_found" });
    await expect(resetPassword(token, PASSWORD)).rejects.toMatchObject({ code: "not_found" });
    expect(hash).not.toHaveBeenCalled();
  });
});

describe("a password", () => {
  it("that was reset meanwhile is not changed with the old one", async () => {
    const admin = await makeUser("root@example.org", { isAdmin: true });
    const ada = await makeUser("ada@example.org");
    const { token } = await createPasswordReset(admin.id, ada.id);
    // The reset comes between the look at the old password and the change.
    const hash = vi.mocked(passwords.hashPassword);
    const original = hash.getMockImplementation();
    hash.mockImplementationOnce(async (password) => {
      await resetPassword(token, "the password of the reset");
      return `hash of ${password}`;
    });
    await expect(changePassword(ada.id, PASSWORD, "what the thief wants")).rejects.toMatchObject({
      code: "conflict",
    });
    if (original) hash.mockImplementation(original);
    const { passwordHash: kept } = await db().user.findUniqueOrThrow({ where: { id: ada.id } });
    expect(await passwords.verifyPassword(kept, "the password of the reset")).toBe(true);
  });
});

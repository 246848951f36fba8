import "server-only";
import { can, canWhenArchived, type Permission } from "#lib/auth/permissions.ts";
import { db } from "#lib/db/client.ts";
import { AppError } from "#lib/errors.ts";

export type Actor = { id: string; email: string };
export type CliProject = { id: string; name: string };

/**
 * The user in whose name a command acts: the named one, or the only administrator.
 * Whoever may run the program on the server's data may act as anyone; what that user may do still holds.
 */
export async function findActor(email: string | undefined): Promise<Actor> {
  const select = { id: true, email: true, disabledAt: true };
  if (email !== undefined) {
    const user = await db().user.findUnique({ where: { email: email.trim().toLowerCase() }, select });
    if (!user)
      throw new AppError("not_found", `There is no user ${email}: name one that exists with --as EMAIL.`);
    if (user.disabledAt)
      throw new AppError("forbidden", `The user ${email} is disabled: name another with --as EMAIL.`);
    return user;
  }
  const administrators = await db().user.findMany({
    where: { isAdmin: true, disabledAt: null },
    select,
    take: 2,
  });
  const [only, second] = administrators;
  if (only && !second) return only;
  if (only)
    throw new AppError("bad_input", "There are several administrators: say in whose name with --as EMAIL.");
  throw new AppError(
    "conflict",
    "Nobody has an account yet: make the first with second-look set-up --email EMAIL, or in the browser after npm start.",
  );
}

/** The project of this name, where the user may do this in it. Null where there is no such project. */
export async function findProject(
  name: string,
  actor: Actor,
  permission: Permission,
): Promise<CliProject | null> {
  const project = await db().project.findUnique({
    where: { name },
    select: {
      id: true,
      name: true,
      archivedAt: true,
      memberships: { where: { userId: actor.id }, select: { role: true } },
    },
  });
  if (!project) return null;
  const role = project.memberships[0]?.role;
  if (!role)
    throw new AppError(
      "forbidden",
      `${actor.email} is not a member of the project "${name}": name one who is with --as EMAIL.`,
    );
  if (!can(role, permission)) {
    throw new AppError(
      "forbidden",
      `${actor.email} is a ${role} of the project "${name}", and only an owner may do this: name one with --as EMAIL.`,
    );
  }
  if (project.archivedAt && !canWhenArchived(permission)) {
    throw new AppError("conflict", `The project "${name}" is archived: bring it back in its settings first.`);
  }
  return { id: project.id, name: project.name };
}

/** The same for a project that must be there; names those that the user has when it isn't. */
export async function requireProject(
  name: string,
  actor: Actor,
  permission: Permission,
): Promise<CliProject> {
  const project = await findProject(name, actor, permission);
  if (project) return project;
  const own = await db().project.findMany({
    where: { memberships: { some: { userId: actor.id } } },
    select: { name: true },
    orderBy: { createdAt: "desc" },
    take: 5,
  });
  const choice =
    own.length === 0
      ? "there is none yet; second-look import makes one"
      : `there is ${own.map((one) => `"${one.name}"`).join(", ")}`;
  throw new AppError("not_found", `There is no project "${name}": ${choice}.`);
}

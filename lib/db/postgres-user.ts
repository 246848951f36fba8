import "server-only";
import { execFileSync, spawnSync } from "node:child_process";
import { accessSync, chownSync, constants, statSync } from "node:fs";
import { AppError } from "#lib/errors.ts";

/**
 * How PostgreSQL's programs are started. PostgreSQL refuses to run as root, so root starts them as another user;
 * anyone else starts them as themselves.
 */
export type PostgresUser = {
  /** Undefined for an ordinary user. */
  ids: { uid: number; gid: number } | undefined;
  /** Words to put before the program: a helper that keeps the right to pass through closed folders. */
  prefix: string[];
};

/**
 * Chooses the user for a cluster.
 * @param cluster the cluster's folder; if it exists, its owner is the user
 * @param mustReach a program and a folder that the user has to be able to enter
 */
export function choosePostgresUser(
  cluster: string,
  mustReach: { program: string; folder: string },
): PostgresUser {
  if (process.getuid?.() !== 0) {
    refuseForeignCluster(cluster);
    return { ids: undefined, prefix: [] };
  }
  const ids = ownerOf(cluster) ?? findSystemUser();
  if (canReach({ ids, prefix: [] }, mustReach)) return { ids, prefix: [] };

  // Below a closed folder such as /root: the server may pass through folders as root can, and is otherwise that user.
  const keepsPassage: PostgresUser = {
    ids,
    prefix: [
      "setpriv",
      `--reuid=${ids.uid}`,
      `--regid=${ids.gid}`,
      "--clear-groups",
      // Or access(2), by which the server looks for its own parts, would answer without that right.
      "--securebits=+no_setuid_fixup",
      "--inh-caps=-all,+dac_override",
      "--ambient-caps=-all,+dac_override",
      "--",
    ],
  };
  if (canReach(keepsPassage, mustReach)) return keepsPassage;
  throw new AppError(
    "unavailable",
    `PostgreSQL cannot run as root, and the user it runs as (number ${ids.uid}) may not enter ${mustReach.folder} or the program's own folder: move the checkout to a folder that every user may enter, start it as an ordinary user, or set DATABASE_URL.`,
  );
}

/** The arguments for `spawn`: root's programs change user by themselves or through the helper. */
export function asPostgresUser(user: PostgresUser, program: string, args: string[]) {
  const [helper, ...helperArgs] = user.prefix;
  if (helper) return { command: helper, args: [...helperArgs, program, ...args], ids: {} };
  return { command: program, args, ids: user.ids ?? {} };
}

/** Hands a file or folder to the user that PostgreSQL runs as. */
export function giveTo(user: PostgresUser, file: string): void {
  if (user.ids) chownSync(file, user.ids.uid, user.ids.gid);
}

function refuseForeignCluster(cluster: string): void {
  try {
    accessSync(cluster, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return;
    throw new AppError(
      "unavailable",
      `The database in ${cluster} belongs to another user of this machine: start the app as that user (or as root), or name another folder in SECOND_LOOK_DATA.`,
      { cause: error },
    );
  }
}

function ownerOf(cluster: string): { uid: number; gid: number } | undefined {
  try {
    const { uid, gid } = statSync(cluster);
    return uid === 0 ? undefined : { uid, gid };
  } catch {
    return undefined;
  }
}

/** The user "postgres", made where it can be, else "nobody". */
function findSystemUser(): { uid: number; gid: number } {
  const known = lookUp("postgres");
  if (known) return known;
  spawnSync(
    "useradd",
    ["--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", "postgres"],
    {
      stdio: "ignore",
    },
  );
  const found = lookUp("postgres") ?? lookUp("nobody");
  if (found) return found;
  throw new AppError(
    "unavailable",
    "PostgreSQL cannot run as root, and this machine has no user named postgres or nobody: start the app as an ordinary user, or set DATABASE_URL.",
  );
}

function lookUp(name: string): { uid: number; gid: number } | undefined {
  try {
    const id = (flag: string) =>
      Number(execFileSync("id", [flag, name], { encoding: "utf8", stdio: "pipe" }));
    return { uid: id("-u"), gid: id("-g") };
  } catch {
    return undefined;
  }
}

function canReach(user: PostgresUser, target: { program: string; folder: string }): boolean {
  const check = asPostgresUser(user, "/bin/sh", [
    "-c",
    'test -x "$1" && cd "$2"',
    "sh",
    target.program,
    target.folder,
  ]);
  return spawnSync(check.command, check.args, { ...check.ids, cwd: "/", stdio: "ignore" }).status === 0;
}

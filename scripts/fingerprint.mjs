// What something was made from, as one hash: a stamp beside the made thing says whether it is stale.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/**
 * @param {string} root the folder that names are relative to
 * @param {string[]} names files and folders; those that don't exist count as such
 * @param {(name: string) => boolean} isLeftOut
 * @returns {string} a hash of the names and contents, whatever the order on disk
 */
export function fingerprint(root, names, isLeftOut = () => false) {
  const hash = createHash("sha256");
  const add = (name) => {
    if (isLeftOut(name)) return;
    const full = path.join(root, name);
    const entries = listFolder(full);
    if (entries) {
      for (const entry of entries.sort()) add(`${name}/${entry}`);
    } else {
      hash.update(`${name}\0`).update(readIfThere(full)).update("\0");
    }
  };
  for (const name of names) add(name);
  return hash.digest("hex");
}

/** The stamp of an earlier making, or undefined when there is none. */
export function readStamp(file) {
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    return undefined;
  }
}

function listFolder(full) {
  try {
    return readdirSync(full);
  } catch (error) {
    if (error?.code === "ENOTDIR" || error?.code === "ENOENT") return undefined;
    throw error;
  }
}

function readIfThere(full) {
  try {
    return readFileSync(full);
  } catch (error) {
    if (error?.code === "ENOENT") return "(absent)";
    throw error;
  }
}

/** The tag of a version: a repository may hold several datasets over time, so it names both. */
export function tagOf(version: { name: string; number: number }): string {
  const name = version.name.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  return `${name.replace(/^-+|-+$/g, "") || "dataset"}-v${version.number}`;
}

/** A tag of the repository and the commit that it names. */
export interface RemoteTag {
  name: string;
  commit: string;
}

/**
 * What names the state at `head`. A tag that is there is never moved: somebody may have written it down. One of this
 * version that names this very state already is taken; else the first name that is free: `roofs-v3`, then `roofs-v3.2`,
 * `roofs-v3.3` and so on, for another format of the same version or one that lines were taken down from.
 */
export function chooseTag(
  own: string,
  head: string,
  tags: readonly RemoteTag[],
): { name: string; isThere: boolean } {
  const commits = new Map(tags.map(({ name, commit }) => [name, commit]));
  for (let turn = 1; ; turn += 1) {
    const name = turn === 1 ? own : `${own}.${turn}`;
    const commit = commits.get(name);
    if (commit === undefined) return { name, isThere: false };
    if (commit === head) return { name, isThere: true };
  }
}

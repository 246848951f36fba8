import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";

const ROOT = path.join(import.meta.dirname, "..");

type Case = { file: string; source: string; says?: string };

const importing = (file: string, name: string, says?: string): Case => ({
  file,
  source: `import { x } from "${name}";\nconsole.log(x);\n`,
  ...(says === undefined ? {} : { says }),
});
const readingEnvironment = (file: string, says?: string): Case => ({
  file,
  source: "console.log(process.env.SECRET);\n",
  ...(says === undefined ? {} : { says }),
});

const SCREENS = "knows nothing of the screens";
const DATABASE = "touch the database";
const NEVER_DATABASE = "never touch the database";
const ACTIONS = "write through actions only";
const PURE = "A pure file works on what it is given";
const ENVIRONMENT = "noProcessEnv";

const REFUSED: Case[] = [
  importing("lib/images/queries.ts", "#components/ui/button.tsx", SCREENS),
  importing("lib/images/thumb.ts", "../../app/page.tsx", SCREENS),
  importing("lib/worker/main.ts", "#components/ui/button.tsx", SCREENS),
  importing("lib/images/thumb.ts", "#lib/db/client.ts", DATABASE),
  importing("lib/images/actions.ts", "@prisma/client", DATABASE),
  importing("lib/cli/run.ts", "#lib/db/generated/client.ts", DATABASE),
  importing("app/page.tsx", "#lib/db/client.ts", NEVER_DATABASE),
  importing("components/images/grid.tsx", "#lib/db/client.ts", NEVER_DATABASE),
  importing("components/images/grid.tsx", "#lib/images/import-commands.ts", ACTIONS),
  importing("components/images/grid.tsx", "#app/layout.tsx", ACTIONS),
  importing("lib/images/schema.ts", "node:fs/promises", PURE),
  importing("lib/generation/run-schema.ts", "#lib/images/queries.ts", PURE),
  importing("lib/checks/grade.ts", "#lib/db/client.ts", PURE),
  importing("lib/generation/question.ts", "openai", PURE),
  importing("lib/auth/permissions.ts", "#lib/env.ts", PURE),
  readingEnvironment("lib/images/queries.ts", ENVIRONMENT),
  readingEnvironment("app/page.tsx", ENVIRONMENT),
  readingEnvironment("components/ui/button.tsx", ENVIRONMENT),
  readingEnvironment("lib/db/client.ts", ENVIRONMENT),
];

const ALLOWED: Case[] = [
  importing("lib/images/import-commands.ts", "#lib/db/client.ts"),
  importing("lib/images/queries.ts", "#lib/db/client.ts"),
  importing("lib/queue/dispatcher.ts", "#lib/db/client.ts"),
  importing("lib/images/queries.db.test.ts", "#lib/db/client.ts"),
  importing("app/page.tsx", "#lib/images/queries.ts"),
  importing("components/images/grid.tsx", "#lib/images/schema.ts"),
  importing("lib/checks/grade.ts", "#lib/generation/choices.ts"),
  readingEnvironment("lib/env.ts"),
  readingEnvironment("lib/launch/main.ts"),
  readingEnvironment("scripts/x.ts"),
  readingEnvironment("e2e/x.spec.ts"),
];

const nameOf = ({ file, source }: Case) => `${file}: ${source.split("\n")[0]}`;

describe("the linter", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "second-look-structure-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** What the project's rules say to a source if it stood in this file. */
  function lint({ file, source }: Case): string {
    const root = mkdtempSync(path.join(folder, "case-"));
    copyFileSync(path.join(ROOT, "biome.json"), path.join(root, "biome.json"));
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), source);
    const program = path.join(ROOT, "node_modules/.bin/biome");
    const result = spawnSync(program, ["lint", "--colors=off", "--vcs-enabled=false", file], {
      cwd: root,
      encoding: "utf8",
    });
    return `${result.stdout}${result.stderr}`;
  }

  it.each(REFUSED.map((one) => [nameOf(one), one] as const))("refuses %s", (_name, one) => {
    expect(lint(one)).toContain(one.says);
  });

  it.each(ALLOWED.map((one) => [nameOf(one), one] as const))("allows %s", (_name, one) => {
    const said = lint(one);
    expect(said).toContain("Checked 1 file");
    expect(said).not.toMatch(/noRestrictedImports|noProcessEnv/);
  });
});

/** Modules that reach outside the process; whoever imports one says so with `server-only`. */
const OUTSIDE =
  /^(node:(fs|fs\/promises|child_process|net|http|https|dns)|pg|pg-boss|sharp|flydrive|openai|@prisma\/.*|#lib\/db\/client\.ts)$/;

type Source = { name: string; imports: string[]; isServerOnly: boolean };

/** Every module of lib/ that is neither a test, nor generated, nor an entry of its own process. */
function readSources(): Source[] {
  return readdirSync(path.join(ROOT, "lib"), { recursive: true, encoding: "utf8" })
    .filter(
      (name) =>
        /\.tsx?$/.test(name) &&
        !/\.test\.tsx?$|^db\/generated\/|(^|\/)test-[^/]*$|(^|\/)main\.ts$/.test(name),
    )
    .map((name) => {
      const text = readFileSync(path.join(ROOT, "lib", name), "utf8");
      const imports = [
        ...text.matchAll(/^(?:import|export)(?!\s+type\b)[^;]*?from\s+"([^"]+)"|^import\s+"([^"]+)"/gm),
      ].map((match) => match[1] ?? match[2] ?? "");
      return { name, imports, isServerOnly: imports.includes("server-only") || /^"use server"/m.test(text) };
    });
}

describe("modules of lib/", () => {
  const sources = readSources();

  it("are there to be looked at", () => {
    expect(sources.length).toBeGreaterThan(50);
  });

  it("say so when they reach files, network or database", () => {
    const silent = sources.filter(
      (source) => !source.isServerOnly && source.imports.some((name) => OUTSIDE.test(name)),
    );
    expect(silent.map((source) => source.name)).toEqual([]);
  });

  it("are pure all the way down where they don't", () => {
    const serverOnly = new Set(
      sources.filter((source) => source.isServerOnly).map((source) => `#lib/${source.name}`),
    );
    const mixed = sources
      .filter((source) => !source.isServerOnly)
      .flatMap((source) =>
        source.imports.filter((name) => serverOnly.has(name)).map((name) => `${source.name} imports ${name}`),
      );
    expect(mixed).toEqual([]);
  });
});

it("is built without any database, and with settings that go together", () => {
  const addresses = ["DATABASE_URL", "DATABASE_DIRECT_URL"];
  const known = readFileSync(path.join(ROOT, "lib/env.ts"), "utf8").match(/^ {4}(DATABASE_\w+)(?=: z)/gmu);
  expect(known?.map((name) => name.trim())).toEqual(addresses);
  // With one of them and not the other, no module that reads a setting could be loaded.
  const build = readFileSync(path.join(ROOT, "scripts/build.mjs"), "utf8");
  for (const address of addresses) expect(build).toContain(`${address}: ""`);
});

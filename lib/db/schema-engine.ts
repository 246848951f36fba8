import "server-only";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { PrismaPg } from "@prisma/adapter-pg";
import { bindMigrationAwareSqlAdapterFactory } from "@prisma/driver-adapter-utils";
import type { SchemaEngine } from "@prisma/schema-engine-wasm";
import * as binding from "@prisma/schema-engine-wasm/schema_engine_bg";
import pg from "pg";

// Prisma's own schema engine in its WebAssembly build: the same migrations as `prisma migrate deploy`, with no binary
// to download. https://www.npmjs.com/package/@prisma/schema-engine-wasm

let isLoaded = false;

/**
 * The adapter cuts a script at every semicolon, also those inside a function body. PostgreSQL takes a script whole,
 * and then as one transaction: a migration that breaks off leaves nothing behind.
 */
class WholeScriptAdapter extends PrismaPg {
  /** What PostgreSQL said to a script that failed; the engine passes on only that something did. */
  scriptError: unknown;

  override async connect() {
    const connection = await super.connect();
    connection.executeScript = async (script) => {
      await connection
        .underlyingDriver()
        .query(script)
        .catch((error) => {
          this.scriptError = error;
          throw error;
        });
    };
    return connection;
  }
}

/** Runs `use` with an engine that is connected to this database, and lets go of both afterwards. */
export async function withSchemaEngine<T>(
  connectionString: string,
  use: (engine: SchemaEngine) => Promise<T>,
): Promise<T> {
  loadEngine();
  const pool = new pg.Pool({ connectionString, max: 2 });
  // An idle connection that the server closes must not end the process.
  pool.on("error", () => undefined);
  const scripts = new WholeScriptAdapter(pool);
  try {
    const adapter = bindMigrationAwareSqlAdapterFactory(scripts);
    const engine = await binding.SchemaEngine.new({ datamodels: undefined }, () => undefined, adapter);
    try {
      return await use(engine);
    } finally {
      engine.free();
    }
  } catch (error) {
    throw scripts.scriptError ?? error;
  } finally {
    await pool.end();
  }
}

/** The SQL that leads from one Prisma schema to another (the empty text stands for an empty database). */
export async function diffSchemas(connectionString: string, from: string, to: string): Promise<string> {
  return withSchemaEngine(connectionString, async (engine) => {
    const result = await engine.diff({
      from:
        from === ""
          ? { tag: "empty" }
          : { tag: "schemaDatamodel", files: [{ path: "from.prisma", content: from }] },
      to: { tag: "schemaDatamodel", files: [{ path: "to.prisma", content: to }] },
      script: true,
      exitCode: null,
      filters: { externalTables: [], externalEnums: [] },
    });
    return result.stdout ?? "";
  });
}

function loadEngine(): void {
  if (isLoaded) return;
  const resolved = createRequire(import.meta.url).resolve("@prisma/schema-engine-wasm/schema_engine_bg");
  const bytes = readFileSync(path.join(path.dirname(resolved), "schema_engine_bg.wasm"));
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), {
    "./schema_engine_bg.js": imports(),
  });
  const { __wbg_set_wasm: setWasm } = imports();
  const { __wbindgen_start: start } = instance.exports;
  if (typeof setWasm !== "function" || typeof start !== "function") {
    throw new Error("@prisma/schema-engine-wasm has another shape than expected");
  }
  setWasm(instance.exports);
  start();
  isLoaded = true;
}

/** The package's JavaScript half; its types leave out what the WebAssembly half needs of it. */
function imports(): WebAssembly.ModuleImports {
  return { ...binding } as WebAssembly.ModuleImports;
}

import "server-only";
import type { Handler } from "#lib/api/handler.ts";
import { contaminationHandlers } from "#lib/api/handlers/contamination.ts";
import { datasetHandlers } from "#lib/api/handlers/datasets.ts";
import { hubHandlers } from "#lib/api/handlers/hub.ts";
import { imageHandlers } from "#lib/api/handlers/images.ts";
import { importHandlers } from "#lib/api/handlers/imports.ts";
import { projectHandlers } from "#lib/api/handlers/project.ts";
import { runHandlers } from "#lib/api/handlers/runs.ts";
import { traceHandlers } from "#lib/api/handlers/traces.ts";
import type { OperationId } from "#lib/api/routes.ts";

/** What carries out each operation; all of it is done by the same queries and commands as the screens. */
export const HANDLERS: Record<Exclude<OperationId, "readDescription">, Handler> = {
  ...projectHandlers,
  ...imageHandlers,
  ...importHandlers,
  ...runHandlers,
  ...traceHandlers,
  ...datasetHandlers,
  ...hubHandlers,
  ...contaminationHandlers,
};

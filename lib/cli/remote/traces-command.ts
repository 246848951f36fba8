import type { ApiClient } from "#lib/api/client.ts";
import type { AnswerOf } from "#lib/api/route.ts";
import type { ApiRoutes } from "#lib/api/routes.ts";
import { traceQuerySchema } from "#lib/api/trace-schema.ts";
import { type Arguments, readCount } from "#lib/cli/arguments.ts";
import type { Outcome } from "#lib/cli/output.ts";
import { remoteTracesSpec } from "#lib/cli/remote/specs.ts";
import { AppError } from "#lib/errors.ts";

const AT_ONCE = 1_000;

type Line = AnswerOf<ApiRoutes["listTraces"]>["items"][number];

export async function runRemoteTraces(client: ApiClient, args: Arguments): Promise<Outcome> {
  const limit = readCount(remoteTracesSpec, args, "limit") ?? 60;
  const given = Object.fromEntries(
    ["state", "kind", "q", "run", "image", "check", "order"].flatMap((name) => {
      const text = args.text(name);
      return text === undefined ? [] : [[name, text]];
    }),
  );
  const parsed = traceQuerySchema.safeParse(given);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new AppError("bad_input", `--${issue?.path.join(".")} cannot be that: ${issue?.message ?? ""}.`);
  }
  const traces: Line[] = [];
  let cursor: string | undefined;
  let hasMore = false;
  do {
    const page = await client.call("listTraces", {
      query: {
        ...parsed.data,
        limit: Math.min(limit - traces.length, AT_ONCE),
        ...(cursor ? { cursor } : {}),
      },
    });
    traces.push(...page.items);
    cursor = page.next ?? undefined;
    hasMore = cursor !== undefined;
  } while (cursor !== undefined && traces.length < limit);
  return {
    isGood: true,
    json: { traces, hasMore },
    text:
      traces.length === 0
        ? "No trace is like that."
        : [
            ...traces.map(describe),
            ...(hasMore ? [`… more of them: --limit shows more than ${limit}`] : []),
          ].join("\n"),
  };
}

function describe(trace: Line): string {
  const kind = (trace.kind ?? "–").padEnd(10);
  const question = trace.questionText.replace(/\s+/gu, " ").slice(0, 70);
  return `${trace.id}  ${kind}  ${trace.state.padEnd(11)}  ${question}`;
}

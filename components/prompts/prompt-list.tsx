import Link from "next/link";
import { EmptyState } from "#components/ui/page.tsx";
import { TimeAgo } from "#components/ui/time.tsx";
import type { PromptRecord } from "#lib/prompts/queries.ts";
import { PROMPT_DEFINITIONS, PROMPT_NAMES, type PromptName } from "#lib/prompts/schema.ts";

export interface PromptListProps {
  projectId: string;
  prompts: Partial<Record<PromptName, PromptRecord>>;
}

export function PromptList({ projectId, prompts }: PromptListProps) {
  const present = PROMPT_NAMES.flatMap((name) => {
    const prompt = prompts[name];
    return prompt ? [prompt] : [];
  });
  if (present.length === 0) {
    return (
      <EmptyState title="No prompt yet">
        Projects get theirs when they are made. Ask an administrator to look at the server's log.
      </EmptyState>
    );
  }
  return (
    <ul className="border-line border-t">
      {present.map(({ id, name, version, createdAt }) => (
        <li
          key={id}
          className="grid gap-x-8 border-line border-b py-3 sm:grid-cols-[16rem_minmax(0,1fr)_auto]"
        >
          <h2 className="font-medium text-ink">
            <Link href={`/projects/${projectId}/settings/prompts/${name}`} className="hover:underline">
              {PROMPT_DEFINITIONS[name].label}
            </Link>
          </h2>
          <p className="text-ink-2 text-sm">{PROMPT_DEFINITIONS[name].does}</p>
          <p className="tabular whitespace-nowrap text-ink-3 text-xs">
            version {version}, <TimeAgo at={createdAt} />
          </p>
        </li>
      ))}
    </ul>
  );
}

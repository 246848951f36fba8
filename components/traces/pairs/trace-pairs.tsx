"use client";

import Link from "next/link";
import { useTracePairs } from "#components/traces/pairs/use-trace-pairs.ts";
import { Badge } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { cn } from "#components/ui/cn.ts";
import { KindMark } from "#components/ui/kind-mark.tsx";
import { Notice, Skeleton } from "#components/ui/page.tsx";
import {
  PAIR_KIND_LABELS,
  PAIR_LACK_LABELS,
  type PairLack,
  type RejectionGround,
} from "#lib/datasets/pair-schema.ts";
import type {
  PairSideView,
  TracePairGroup,
  TracePairsView,
  TracePairView,
} from "#lib/datasets/trace-pairs-schema.ts";
import { STATE_LABELS } from "#lib/traces/states.ts";

export interface TracePairsProps {
  projectId: string;
  trace: { id: string; rowVersion: number };
}

/** The preference pairs in which a trace stands or would stand, as a trainer is given them. */
export function TracePairs({ projectId, trace }: TracePairsProps) {
  const state = useTracePairs(projectId, trace.id, trace.rowVersion);
  switch (state.status) {
    case "loading":
      return (
        <div role="status" aria-label="Looking for pairs" className="grid gap-3">
          <Skeleton className="h-4 w-64" />
          <Skeleton className="h-28 w-full" />
        </div>
      );
    case "failed":
      return (
        <Notice tone="wrong" role="alert" title="The pairs could not be shown">
          <p className="mb-2">{state.message}</p>
          <Button size="sm" onClick={state.retry}>
            Try again
          </Button>
        </Notice>
      );
    case "there":
      return <Pairs projectId={projectId} pairs={state.pairs} />;
  }
}

function Pairs({ projectId, pairs }: { projectId: string; pairs: TracePairsView }) {
  const { groups, compared, left } = pairs;
  return (
    <section aria-label="Preference pairs" className="@container grid gap-5 text-sm">
      <p className="text-ink-2">{summarise(pairs)}</p>
      {groups.length > 0 ? <Prompt pairs={pairs} /> : null}
      {groups.map((group) => (
        <PairGroup
          key={`${group.kind} ${group.role}`}
          group={group}
          own={pairs.traceId}
          projectId={projectId}
        />
      ))}
      <p className="border-line border-t pt-3 text-ink-3 text-xs">
        Compared with {count(compared - 1, "other trace", "other traces")} of the question
        {left > 0 ? `; ${left} more were not looked at` : ""}. A chosen side is approved and ends right; a
        rejected one answers wrongly, or a person said so. Both answers are written in the style that the
        question asks for.
      </p>
    </section>
  );
}

function summarise({ groups, compared }: TracePairsView): string {
  const sum = (role: TracePairGroup["role"], what: "standing" | "lacking") =>
    groups.filter((group) => group.role === role).reduce((total, group) => total + group[what], 0);
  if (groups.length === 0) {
    return compared > 1
      ? "There is no pair in which this trace could stand: none of the question’s other traces is its opposite."
      : "There is no pair in which this trace could stand: it is the only one of its question.";
  }
  const standing = `It stands in ${count(sum("chosen", "standing"), "pair", "pairs")} as the chosen side and in ${sum("rejected", "standing")} as the rejected one.`;
  const lacking = sum("chosen", "lacking") + sum("rejected", "lacking");
  return lacking === 0 ? standing : `${standing} For ${lacking} more something is lacking.`;
}

function Prompt({ pairs: { system, user, imageName } }: { pairs: TracePairsView }) {
  return (
    <details>
      <summary className="eyebrow">The prompt, the same for both sides</summary>
      <dl className="mt-2 grid gap-2">
        {[
          { name: "System", text: system },
          { name: "User", text: `<image: ${imageName}>\n${user}` },
        ].map(({ name, text }) => (
          <div key={name}>
            <dt className="text-ink-3 text-xs">{name}</dt>
            <dd
              dir="auto"
              className="whitespace-pre-wrap break-words font-mono text-ink-2 text-xs leading-relaxed"
            >
              {text}
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

function PairGroup({ group, own, projectId }: { group: TracePairGroup; own: string; projectId: string }) {
  const { kind, role, standing, lacking, shown } = group;
  const label = PAIR_KIND_LABELS[kind];
  const hidden = standing + lacking - shown.length;
  return (
    <section className="grid gap-2.5">
      <header>
        <h4 className="flex flex-wrap items-baseline gap-x-2 font-medium text-ink">
          {label.name}
          <span className="font-normal text-ink-3 text-xs">
            {role === "chosen" ? "this trace is chosen" : "this trace is rejected"} · {standing}{" "}
            {standing === 1 ? "stands" : "stand"}
            {lacking > 0 ? ` · ${lacking} ${lacking === 1 ? "lacks" : "lack"} something` : ""}
          </span>
        </h4>
        <p className="text-ink-3 text-xs">Teaches {label.teaches}.</p>
      </header>
      {shown.map((pair, index) => (
        <PairView key={pair.key} pair={pair} own={own} projectId={projectId} isOpen={index === 0} />
      ))}
      {hidden > 0 ? <p className="text-ink-3 text-xs">And {hidden} more like these.</p> : null}
    </section>
  );
}

interface PairProps {
  pair: TracePairView;
  own: string;
  projectId: string;
  isOpen: boolean;
}

const GROUNDS: Record<RejectionGround, string> = {
  "wrong-answer": "its answer is wrong",
  rejected: "a reviewer rejected it",
  edited: "a reviewer wrote it anew",
  "cut-off": "a reviewer cut it off",
  "preferred-less": "a reviewer prefers the other",
};

function PairView({ pair, own, projectId, isOpen }: PairProps) {
  const { chosen, rejected, lacks, sharedLength } = pair;
  return (
    <details open={isOpen} className="border-line border-l pl-3">
      <summary>
        <span className="text-ink-2">
          {nameOf(chosen, own)}, {chosen.words} words, over{" "}
          {chosen.traceId === rejected.traceId ? "its earlier text" : nameOf(rejected, own)}, {rejected.words}{" "}
          words{" "}
        </span>
        {lacks.length === 0 ? (
          <Badge tone="right">stands</Badge>
        ) : (
          <Badge tone="unsure">does not stand</Badge>
        )}
      </summary>
      {lacks.length > 0 ? <Lacks lacks={lacks} /> : null}
      {pair.origin ? (
        <p className="mt-1.5 break-words text-ink-3 text-xs">
          Preferred by an imported file ({pair.origin.file}, line {pair.origin.line}), not by a reviewer of
          this project.
        </p>
      ) : null}
      <div className="mt-2.5 grid @lg:grid-cols-2 gap-x-6 gap-y-4">
        <Side name="Chosen" side={chosen} own={own} projectId={projectId} sharedLength={sharedLength} />
        <Side
          name="Rejected"
          note={lacks.includes("rejection") ? undefined : GROUNDS[pair.ground]}
          side={rejected}
          own={own}
          projectId={projectId}
          sharedLength={sharedLength}
        />
      </div>
      {sharedLength > 0 && chosen.text !== null ? (
        <p className="mt-1.5 text-ink-3 text-xs">
          Grey: how both begin alike. It cancels out in DPO as it is published, not in objectives that train
          the chosen side by itself as well.
        </p>
      ) : null}
    </details>
  );
}

function Lacks({ lacks }: { lacks: readonly PairLack[] }) {
  const labels = lacks.map((lack) => PAIR_LACK_LABELS[lack]);
  const barred = labels.filter(({ canBeMended }) => !canBeMended);
  const text =
    barred.length > 0
      ? `It cannot stand: ${barred.map((label) => label.text).join("; ")}.`
      : `It would stand if ${labels.map((label) => label.text).join(", and if ")}.`;
  return <p className="mt-1.5 text-unsure text-xs">{text}</p>;
}

interface SideProps {
  name: "Chosen" | "Rejected";
  note?: string | undefined;
  side: PairSideView;
  own: string;
  projectId: string;
  sharedLength: number;
}

function Side({ name, note, side, own, projectId, sharedLength }: SideProps) {
  return (
    <section aria-label={name} className="min-w-0">
      <h5 className="mb-1 flex flex-wrap items-center gap-x-2 text-xs">
        <span className={cn("font-medium", name === "Chosen" ? "text-correct" : "text-wrong")}>{name}</span>
        <KindMark kind={side.kind} size={11} />
        {side.traceId === own ? (
          <span className="text-ink-3">this trace</span>
        ) : (
          <Link href={`/projects/${projectId}/traces/${side.traceId}`} className="link text-ink-3">
            {STATE_LABELS[side.state]}
          </Link>
        )}
        {note ? <span className="text-ink-3">· {note}</span> : null}
      </h5>
      {side.text === null ? (
        <p className="text-ink-3 text-xs">It cannot be written out: an answer is none of the choices.</p>
      ) : (
        <p
          dir="auto"
          className="whitespace-pre-wrap break-words font-serif text-[0.8125rem] text-ink leading-relaxed"
        >
          <span className="text-ink-3">{side.text.slice(0, sharedLength)}</span>
          {side.text.slice(sharedLength)}
        </p>
      )}
    </section>
  );
}

function nameOf({ traceId, kind }: PairSideView, own: string): string {
  return traceId === own ? `this ${kind}` : `another ${kind}`;
}

function count(number: number, one: string, many: string): string {
  return number === 1 ? `1 ${one}` : `${number} ${many}`;
}

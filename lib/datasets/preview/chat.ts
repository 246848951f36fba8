import type { ModelFamily } from "#lib/datasets/preview/families.ts";
import { sharedBeginning } from "#lib/datasets/render-pair.ts";
import {
  type RenderedRecord,
  renderPrompt,
  renderRecord,
  renderTurn,
  thoughtOf,
} from "#lib/datasets/render-record.ts";
import type { FrozenRecord, Recipe } from "#lib/datasets/schema.ts";
import type { FrozenPair, FrozenSteps } from "#lib/datasets/version-schema.ts";

/** What a stretch of a rendered chat is. `frame`: the template's own marks. */
export type SpanRole = "frame" | "system" | "user" | "image" | "context" | "trained" | "shared";

export interface ChatSpan {
  role: SpanRole;
  text: string;
}

/** A line as the template writes it, cut where the loss begins: a trainer takes tokens of both sides apart. */
export interface RenderedChat {
  /** Carries no loss. */
  source: ChatSpan[];
  /** Carries loss. */
  target: ChatSpan[];
}

/** A record as the model is trained on it. */
export function renderRecordChat(record: FrozenRecord, recipe: Recipe, family: ModelFamily): RenderedChat {
  const rendered = renderRecord(record, recipe);
  return {
    source: [...promptSpans(rendered, family), ...spanOf("context", rendered.context)],
    target: [...spanOf("trained", rendered.trained), { role: "frame", text: family.frame.afterAssistant }],
  };
}

/** Both sides of a pair. What they share is compared by no loss and marked as such. */
export function renderPairChat(
  pair: FrozenPair,
  recipe: Recipe,
  family: ModelFamily,
): { chosen: RenderedChat; rejected: RenderedChat } {
  const prompt = promptSpans(renderPrompt(pair.question, recipe), family);
  const turns = [pair.chosen, pair.rejected].map((side) => renderTurn(pair.question, side, side.answerIndex));
  const [chosen = "", rejected = ""] = turns;
  const shared = sharedBeginning(chosen, rejected);
  const of = (turn: string): RenderedChat => ({
    source: prompt,
    target: [
      ...spanOf("shared", turn.slice(0, shared)),
      ...spanOf("trained", turn.slice(shared)),
      { role: "frame", text: family.frame.afterAssistant },
    ],
  });
  return { chosen: of(chosen), rejected: of(rejected) };
}

/** A thought that was judged step by step: its steps are what is learned from, its question what they are read with. */
export function renderStepsChat(steps: FrozenSteps, recipe: Recipe, family: ModelFamily): RenderedChat {
  return {
    source: promptSpans(renderPrompt(steps.question, recipe), family),
    target: [
      ...spanOf("trained", `<think>${thoughtOf(steps)}</think>\n<answer>${steps.answerGiven}</answer>`),
      { role: "frame", text: family.frame.afterAssistant },
    ],
  };
}

function promptSpans(
  { system, user }: Pick<RenderedRecord, "system" | "user">,
  { frame }: ModelFamily,
): ChatSpan[] {
  const beforeUser = frame.isSystemInUser && system === "" ? "" : frame.beforeUser;
  return [
    { role: "frame", text: frame.beforeSystem },
    ...spanOf("system", system),
    ...spanOf("frame", `${beforeUser}${frame.image.before}`),
    { role: "image", text: frame.image.mark },
    ...spanOf("frame", frame.image.after),
    ...spanOf("user", frame.isTrimmed ? user.trim() : user),
    { role: "frame", text: frame.beforeAssistant },
  ];
}

function spanOf(role: SpanRole, text: string): ChatSpan[] {
  return text === "" ? [] : [{ role, text }];
}

/** The spans' words as one text, the image as its one mark. */
export function textOf(spans: readonly ChatSpan[]): string {
  return spans.map(({ text }) => text).join("");
}

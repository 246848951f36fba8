import { checkTrace } from "#lib/checks/check-trace.ts";
import { gradeAnswer } from "#lib/checks/grade.ts";
import { countWords } from "#lib/count-words.ts";
import type { RawReply } from "#lib/generation/thought.ts";
import { parseLongReply, parseSimpleReply } from "#lib/generation/thought.ts";
import { parseWrittenReply } from "#lib/generation/written-reply.ts";
import type { ComparedReply, ItemResult, SideTally } from "#lib/prompts/comparison-schema.ts";

type Question = { choices: readonly string[]; keyIndex: number };
export type SentPreset = { text: string; simpleThought: string; joiner: string; cue: string };

/** What is made of a reply, as it would be in a run. */
export function readResult(
  input:
    | { stage: 1; reply: RawReply }
    | { stage: 2; reply: RawReply; question: Question }
    | { stage: 3; reply: RawReply; question: Question; preset: SentPreset; isEmulated: boolean },
): ItemResult {
  if (input.stage === 1) {
    const { questions, problems } = parseWrittenReply(input.reply.content ?? "");
    return {
      kind: "questions",
      questions: questions.map(({ text, choices, keyIndex, reasoningType }) => ({
        text,
        choices,
        keyIndex,
        reasoningType,
      })),
      problems: problems.filter(({ isKept }) => !isKept).map(({ message }) => message),
      words: countWords(input.reply.content ?? ""),
    };
  }
  const parsed =
    input.stage === 2
      ? parseSimpleReply(input.reply)
      : parseLongReply(input.reply, input.preset, input.isEmulated);
  const { choices, keyIndex } = input.question;
  const graded = gradeAnswer(parsed.answer, choices, keyIndex);
  // Nothing of a comparison is kept as a trace, so there is nothing that it could be a duplicate of.
  const checks = checkTrace({
    choices,
    subject: input.stage === 2 ? "simple" : "long",
    thought: parsed.thought,
    between: parsed.between,
    answer: parsed.answer,
    truncation: parsed.truncation,
    hasBegunAnew: parsed.problems.includes("began-anew"),
    duplicateOf: undefined,
  }).filter(({ check }) => check !== "duplicate");
  return {
    kind: "thought",
    joiner: input.stage === 3 ? input.preset.joiner : "",
    cue: input.stage === 3 ? input.preset.cue : "",
    thought: parsed.thought,
    between: parsed.between,
    answer: parsed.answer,
    choiceIndex: graded.choiceIndex,
    grade: graded.grade,
    isWhole: !parsed.truncation.isThinkEndMissing && !parsed.truncation.isWholeAnswerMissing,
    words: countWords(parsed.thought),
    checks: checks.map(({ check, result }) => ({ check, result })),
  };
}

/**
 * What a model went on from, found in the texts that were sent: the thought, the joiner and the cue behind it. Null
 * where they don't stand there.
 */
export function findSentPreset(
  texts: readonly string[],
  parts: { simpleThought: string; cue: string },
): SentPreset | null {
  const { simpleThought, cue } = parts;
  for (const text of texts.toReversed()) {
    const at = text.lastIndexOf(simpleThought);
    if (at < 0) continue;
    const after = text.slice(at + simpleThought.length);
    const joiner = /^[.\s]*/u.exec(after)?.[0] ?? "";
    if (!after.startsWith(cue, joiner.length)) continue;
    const end = at + simpleThought.length + joiner.length + cue.length;
    const think = text.lastIndexOf("<think>", at);
    return { text: text.slice(think < 0 ? at : think, end), simpleThought, joiner, cue };
  }
  return null;
}

/** Adds up one side. A call that was answered before cost nothing now. */
export function tallySide(replies: readonly ComparedReply[]): SideTally {
  const answered = replies.filter(({ result }) => result !== null);
  const thoughts = answered.flatMap(({ result }) => (result?.kind === "thought" ? [result] : []));
  const written = answered.flatMap(({ result }) => (result?.kind === "questions" ? [result] : []));
  const graded = (grade: string) => thoughts.filter((one) => one.grade === grade).length;
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const mean = (values: readonly number[]) => (values.length === 0 ? null : sum(values) / values.length);
  const paid = answered.filter(({ reused }) => !reused);
  return {
    asked: replies.length,
    answered: answered.length,
    failed: replies.filter(({ state }) => state === "failed").length,
    right: graded("right"),
    wrong: graded("wrong"),
    ungradable: graded("ungradable"),
    clean: thoughts.filter(({ checks }) => checks.every(({ result }) => result !== "fail")).length,
    questions: sum(written.map(({ questions }) => questions.length)),
    unusable: sum(written.map(({ problems }) => problems.length)),
    meanWords: mean(answered.flatMap(({ result }) => result?.words ?? [])),
    promptTokens: sum(answered.map(({ promptTokens }) => promptTokens ?? 0)),
    completionTokens: sum(answered.map(({ completionTokens }) => completionTokens ?? 0)),
    costMicros: sum(paid.map(({ costMicros }) => costMicros ?? 0)),
    unpriced: paid.filter(({ costMicros }) => costMicros === null).length,
    meanMs: mean(answered.flatMap(({ durationMs }) => durationMs ?? [])),
  };
}

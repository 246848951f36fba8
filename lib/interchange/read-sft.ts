import { resolveAnswer } from "#lib/checks/grade.ts";
import { parseSimpleReply } from "#lib/generation/thought.ts";
import { readAskedQuestion, readAskedStyle, readReasoningType } from "#lib/interchange/asked-question.ts";
import type { ReadRecord } from "#lib/interchange/read-record.ts";
import { isRecord, textOf } from "#lib/interchange/record-values.ts";
import type { DeclaredKind, RecordSide, TraceRecord } from "#lib/interchange/trace-record.ts";
import { readTurns, type Turns } from "#lib/interchange/turns.ts";

type Row = Readonly<Record<string, unknown>>;

/**
 * A record of a supervised training set: `messages` (or ShareGPT's `conversations`) of a question about `<image>` and
 * its whole answer, `images`, and, in the published form, `assistant_prefix` (up to the first cue, where the first
 * answer was wrong) and `metadata` with the ids of image, question and replies. Such a set holds right answers only,
 * so where nothing else says what the key is, the answer does; that is marked.
 */
export function readSft(row: Row): ReadRecord {
  const turns = readTurns(row.messages ?? row.conversations);
  const metadata = isRecord(row.metadata) ? row.metadata : {};
  const image = readImage(row, metadata);
  const simpleHash = hashOf(metadata.simple_cot_unique_id);
  const longHash = hashOf(metadata.extended_cot_unique_id);
  const isSimple = simpleHash !== null && simpleHash === longHash;
  const given = typeof row.assistant_prefix === "string" ? row.assistant_prefix : null;
  const prefix = (given ?? "").replace(/^\s*<think\s*>/iu, "").trim();
  const declared: DeclaredKind | null =
    prefix !== "" ? "XO" : isSimple ? "O" : longHash !== null ? "OO" : null;
  return assemble({
    turns: turns && { ...turns, system: turns.system || (textOf(row.system) ?? "") },
    image,
    questionId: textOf(metadata.mcq_unique_id) ?? null,
    side: {
      prefix: prefix === "" ? null : prefix,
      declared,
      simpleHash,
      longHash: isSimple ? null : longHash,
    },
  });
}

/** DOCCI's pictures and descriptions, as its own card and loader name their licence (`google/docci` on the Hub). */
const DOCCI_LICENCE = "CC BY 4.0";

/**
 * A row of the dataset as it was released: `example_id` (the image's name in DOCCI), `messages`, `cot_type`. It says
 * no more than that: where the simple thought ends and what it answered is found or marked as unknown. A licence that
 * whoever imports it names goes before the one that DOCCI's pictures have.
 */
export function readReleased(row: Row, named: { licence: string }): ReadRecord {
  const id = textOf(row.example_id)?.trim();
  const ofDocci = id ? /^((?:train|test|qual_dev|qual_test)_\d{5})(?!\d)/u.exec(id)?.[1] : undefined;
  const fileName = ofDocci ?? id;
  const image = fileName
    ? {
        id: fileName,
        fileName: `${fileName}.jpg`,
        description: null,
        source: "DOCCI",
        licence: named.licence || (ofDocci ? DOCCI_LICENCE : null),
      }
    : null;
  return assemble({
    turns: readTurns(row.messages),
    image,
    questionId: null,
    side: { prefix: null, declared: readKind(textOf(row.cot_type) ?? ""), simpleHash: null, longHash: null },
  });
}

/** The kind that a file names: "XO", "x → o", or only "simple" or "extended". */
export function readKind(name: string): DeclaredKind | null {
  const letters = /^\s*([ox])(?:\s*(?:→|->|_|-|to)?\s*([ox]))?\s*$/iu.exec(name);
  if (letters) {
    const kind = `${letters[1]}${letters[2] ?? ""}`.toUpperCase();
    return kind === "O" || kind === "X" || kind === "OO" || kind === "XO" || kind === "OX" || kind === "XX"
      ? kind
      : null;
  }
  if (/simple|short/iu.test(name)) return "simple";
  return /long|extend|expan/iu.test(name) ? "long" : null;
}

/** The image of a row: by the id in its metadata, or by the name of its first file. */
export function readImage(row: Row, metadata: Row): TraceRecord["image"] | null {
  const images = Array.isArray(row.images) ? row.images : [row.images ?? row.image];
  const first: unknown = images[0];
  const path = typeof first === "string" ? first : isRecord(first) ? (textOf(first.path) ?? null) : null;
  const fileName = path === null ? null : baseName(path) || null;
  const given = textOf(metadata.image_id) ?? textOf(row.image_id);
  const id = given ?? (fileName ? stemOf(fileName) : null);
  if (!id) return null;
  const description = textOf(row.description) ?? textOf(metadata.description) ?? null;
  return {
    id: id.trim(),
    ...(given === undefined || given === null ? folderOfPath(path) : {}),
    fileName,
    description,
    source: null,
    licence: null,
  };
}

/** What an answer in the usual tags says, as one side of a record. */
export function readSide(
  text: string,
  more: Pick<RecordSide, "prefix" | "declared" | "simpleHash" | "longHash">,
): RecordSide {
  const { thought, between, answer, truncation } = parseSimpleReply({ content: text });
  return { thought, between, answer, truncation, simple: null, continuation: null, ...more };
}

/** The folders of a path or an address, where it has some: all that tells two files of one name apart. */
export function folderOfPath(path: string | null): { folder?: string } {
  const folder = (path ?? "").replaceAll("\\", "/").split("/").slice(0, -1).join("/");
  const clean = folder.trim().replace(/^(?:\.?\/)+|\/+$/gu, "");
  return clean === "" || clean === "." ? {} : { folder: clean };
}

/** The last part of a path of either kind, or of an address; nothing of a picture that stands there itself. */
export function baseName(path: string): string {
  if (/^\s*data:/iu.test(path)) return "";
  const clean = /^[a-z]+:\/\//iu.test(path) ? path.replace(/[?#].*$/u, "") : path;
  return clean.slice(Math.max(clean.lastIndexOf("/"), clean.lastIndexOf("\\")) + 1);
}

export function stemOf(fileName: string): string {
  return fileName.replace(/\.[^.]+$/u, "") || fileName;
}

function assemble(input: {
  turns: Turns | null;
  image: TraceRecord["image"] | null;
  questionId: string | null;
  side: Pick<RecordSide, "prefix" | "declared" | "simpleHash" | "longHash">;
}): ReadRecord {
  const { turns, image } = input;
  if (!turns?.user) return { ok: false, fault: { code: "no_turn", turn: "user" } };
  if (!turns.assistant) return { ok: false, fault: { code: "no_turn", turn: "assistant" } };
  if (!image) return { ok: false, fault: { code: "no_image" } };
  const asked = readAskedQuestion(turns.user);
  if (!asked) return { ok: false, fault: { code: "no_choices" } };
  const side = readSide(turns.assistant, input.side);
  if (side.thought === "") return { ok: false, fault: { code: "no_thought" } };
  // An answer that the file itself calls wrong says nothing of the key.
  const isWrong = /^[OX]?X$/u.test(side.declared ?? "");
  const index = isWrong ? null : resolveAnswer(side.answer, asked.choices).choiceIndex;
  return {
    ok: true,
    notes: [],
    record: {
      image,
      question: {
        id: input.questionId,
        ...asked,
        key: index === null ? null : { index, isFromAnswer: true },
        reasoningType: readReasoningType(turns.system),
        answerStyle: readAskedStyle(`${turns.system}\n${turns.user}`, side.answer),
      },
      sides: [side],
      isPreference: false,
    },
  };
}

function hashOf(value: unknown): string | null {
  return typeof value === "string" && /^[0-9a-f]{64}$/iu.test(value) ? value.toLowerCase() : null;
}

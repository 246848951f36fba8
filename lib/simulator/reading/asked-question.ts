import type { AskedChoice, AskedQuestion } from "../task.ts";

/**
 * Finds the multiple-choice question in a text: the last run of lettered lines that begins with A, or lettered
 * choices in one line, or a list with dashes under a line that asks; and the line above that asks it.
 */
export function findAskedQuestion(text: string): AskedQuestion | undefined {
  const lines = text.split("\n");
  return findLettered(lines) ?? findInline(lines) ?? findListed(lines);
}

const letteredLine = /^\s*(?:[-*•]\s+)?([([]?([A-Z])[).\]:])\s+(\S.*?)\s*$/;
const listedLine = /^\s*[-*•]\s+(\S.*?)\s*$/;
const heading =
  /^\s*(?:<\/?\w+>\s*|(?:the )?(?:answer )?(?:choices|options|alternatives)\b[^?]*|(?:select|choose|pick|answer|use)\b[^?]*)$/i;

function findLettered(lines: readonly string[]): AskedQuestion | undefined {
  for (let end = lines.length - 1; end > 0; end -= 1) {
    const last = letteredLine.exec(lines[end] ?? "");
    if (!last || last[2] === "A") continue;
    const choices: AskedChoice[] = [];
    let line = end;
    for (let wanted = codeOf(last[2]); line >= 0 && wanted >= codeA; line -= 1) {
      const match = letteredLine.exec(lines[line] ?? "");
      if (!match) {
        if ((lines[line] ?? "").trim() === "" && choices.length > 0) continue;
        break;
      }
      if (codeOf(match[2]) !== wanted) break;
      choices.unshift({ label: match[1] ?? "", letter: match[2] ?? "", text: match[3] ?? "" });
      wanted -= 1;
    }
    const question = choices[0]?.letter === "A" ? findStem(lines, line) : undefined;
    if (question) return { question, choices };
  }
  return undefined;
}

/** "(A) red (B) blue (C) green", with the question before it in the same line or above. */
function findInline(lines: readonly string[]): AskedQuestion | undefined {
  for (let index = lines.length - 1; index >= 0; index -= 1) {
    const line = lines[index] ?? "";
    const start = line.search(/\(A\)\s*\S/);
    if (start < 0 || !line.includes("(B)")) continue;
    const choices: AskedChoice[] = [];
    let rest = line.slice(start);
    for (let code = codeA; rest.startsWith(`(${String.fromCharCode(code)})`); code += 1) {
      const letter = String.fromCharCode(code);
      const next = rest.indexOf(`(${String.fromCharCode(code + 1)})`, 3);
      const own = next < 0 ? rest.slice(3) : rest.slice(3, next);
      choices.push({ label: `(${letter})`, letter, text: own.replace(/<\/?\w+>.*$/, "").trim() });
      rest = next < 0 ? "" : rest.slice(next);
    }
    const before = line.slice(0, start).replace(/\b(?:choices|options)\s*:?\s*$/i, "");
    const question = cleanStem(before) || findStem(lines, index - 1);
    if (question && choices.length > 1) return { question, choices };
  }
  return undefined;
}

function findListed(lines: readonly string[]): AskedQuestion | undefined {
  for (let end = lines.length - 1; end > 0; end -= 1) {
    const choices: AskedChoice[] = [];
    let line = end;
    for (; line >= 0; line -= 1) {
      const match = listedLine.exec(lines[line] ?? "");
      if (!match) break;
      choices.unshift({ label: "", letter: "", text: match[1] ?? "" });
    }
    if (choices.length < 2) continue;
    const question = findStem(lines, line);
    if (question?.endsWith("?")) {
      return {
        question,
        choices: choices.map((choice, index) => ({ ...choice, letter: String.fromCharCode(codeA + index) })),
      };
    }
    end = line + 1;
  }
  return undefined;
}

/** The nearest line above that is neither empty nor a heading such as "Choices:". */
function findStem(lines: readonly string[], from: number): string | undefined {
  for (let index = from; index >= 0 && index > from - 6; index -= 1) {
    const line = lines[index] ?? "";
    if (line.trim() === "" || heading.test(line)) continue;
    return cleanStem(line) || undefined;
  }
  return undefined;
}

function cleanStem(line: string): string {
  return line
    .replace(/<[^>]*>|<\|[^|]*\|>/g, " ")
    .replace(/^[\s#*>]*(?:question\s*\d*\s*[:.)-])?[\s*]*/i, "")
    .replace(/\s+/g, " ")
    .trim();
}

const codeA = 65;

function codeOf(letter: string | undefined): number {
  return letter?.charCodeAt(0) ?? 0;
}

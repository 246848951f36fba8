import { Fragment, type ReactNode } from "react";

export interface TextMark {
  /** UTF-16 offsets into the text, end exclusive; marks don't overlap. */
  start: number;
  end: number;
  title: string;
}

/** A thought's paragraphs as the model set them, with some stretches marked. */
export function MarkedText({ text, marks = [] }: { text: string; marks?: TextMark[] }) {
  const sorted = [...marks].sort((a, b) => a.start - b.start);
  const parts: ReactNode[] = [];
  let from = 0;
  for (const mark of sorted) {
    if (mark.start < from) continue;
    parts.push(<Fragment key={`t${from}`}>{text.slice(from, mark.start)}</Fragment>);
    parts.push(
      <mark
        key={`m${mark.start}`}
        title={mark.title}
        className="bg-unsure-soft text-ink underline decoration-unsure decoration-wavy decoration-1 underline-offset-4"
      >
        {text.slice(mark.start, mark.end)}
        <span className="sr-only"> ({mark.title})</span>
      </mark>,
    );
    from = mark.end;
  }
  parts.push(<Fragment key={`t${from}`}>{text.slice(from)}</Fragment>);
  return <div className="prose-thought whitespace-pre-wrap">{parts}</div>;
}

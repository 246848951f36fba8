import { cn } from "#components/ui/cn.ts";

export type MarkKind = "O" | "X" | "OO" | "XO" | "OX" | "XX" | "ungradable";

const WORDS: Record<MarkKind, string> = {
  O: "right",
  X: "wrong",
  OO: "right, then right",
  XO: "wrong, then right",
  OX: "right, then wrong",
  XX: "wrong, then wrong",
  ungradable: "ungradable",
};

/** A trace's kind as shapes: a ring for right, a cross for wrong, a dash for ungradable. Colour only repeats it. */
export function KindMark({
  kind,
  size = 14,
  className,
}: {
  kind: MarkKind;
  size?: number;
  className?: string;
}) {
  const glyphs = kind === "ungradable" ? ["-"] : kind.split("");
  return (
    <span
      role="img"
      aria-label={`${kind}: ${WORDS[kind]}`}
      title={WORDS[kind]}
      className={cn("inline-flex items-center gap-1", className)}
    >
      {glyphs.map((glyph, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a kind has at most two places, and the place is the identity
        <GradeGlyph key={index} glyph={glyph} size={size} />
      ))}
    </span>
  );
}

/** One grade as a shape, for use beside words that say it. */
export function GradeMark({
  grade,
  size = 14,
  label,
}: {
  grade: "right" | "wrong" | "ungradable";
  size?: number;
  label?: string;
}) {
  const glyph = grade === "right" ? "O" : grade === "wrong" ? "X" : "-";
  return (
    <span role="img" aria-label={label ?? grade} className="inline-flex">
      <GradeGlyph glyph={glyph} size={size} />
    </span>
  );
}

const PATHS = {
  O: { d: "M7 2.1a4.9 4.9 0 1 1 0 9.8a4.9 4.9 0 1 1 0-9.8", className: "text-correct" },
  X: { d: "M2.6 2.6 11.4 11.4 M11.4 2.6 2.6 11.4", className: "text-wrong" },
  "-": { d: "M1.5 7H4.5 M9.5 7H12.5", className: "text-unsure" },
} as const;

function GradeGlyph({ glyph, size }: { glyph: string; size: number }) {
  const { d, className } = PATHS[glyph === "O" || glyph === "X" ? glyph : "-"];
  return (
    <svg width={size} height={size} viewBox="0 0 14 14" fill="none" aria-hidden="true" className={className}>
      <path d={d} stroke="currentColor" strokeWidth={2.2} strokeLinecap="round" />
    </svg>
  );
}

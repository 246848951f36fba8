import { diffWordsWithSpace } from "diff";

/** What an edit took away and what it put in, word by word. */
export function WordDiff({ before, after }: { before: string; after: string }) {
  let offset = 0;
  const parts = diffWordsWithSpace(before, after).map((part) => {
    const key = `${offset}${part.added ? "+" : part.removed ? "-" : "="}`;
    offset += part.value.length;
    return { key, part };
  });
  return (
    <div className="prose-thought whitespace-pre-wrap">
      {parts.map(({ key, part }) => {
        if (part.added) {
          return (
            <ins key={key} className="bg-correct-soft text-correct no-underline">
              {part.value}
            </ins>
          );
        }
        if (part.removed) {
          return (
            <del key={key} className="text-wrong">
              {part.value}
            </del>
          );
        }
        return <span key={key}>{part.value}</span>;
      })}
    </div>
  );
}

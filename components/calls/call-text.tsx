/** One text of a call, as it stands: blanks and line ends are part of it. */
export function CallText({ label, text }: { label: string; text: string }) {
  return (
    <div className="min-w-0">
      <h3 className="mb-1 font-mono text-ink-3 text-xs">{label}</h3>
      {text === "" ? (
        <p className="text-ink-3 text-sm">empty</p>
      ) : (
        <p className="max-w-[90ch] whitespace-pre-wrap break-words font-mono text-ink text-xs leading-relaxed">
          {text}
        </p>
      )}
    </div>
  );
}

/** A long text that most readers don't open. */
export function RawText({ label, text }: { label: string; text: string }) {
  return (
    <details className="min-w-0">
      <summary className="text-ink-2 text-sm hover:text-ink">{label}</summary>
      <pre
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable with the keyboard
        tabIndex={0}
        className="mt-2 max-h-[60dvh] overflow-auto whitespace-pre-wrap break-all bg-sunk p-3 font-mono text-ink-2 text-xs"
      >
        {text}
      </pre>
    </details>
  );
}

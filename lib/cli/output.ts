/** Where a command speaks: results on standard output, everything else on standard error. */
export type Output = {
  isJson: boolean;
  /** A line for the person who waits. */
  progress(line: string): void;
  /** The same at most once in two seconds; the last one always appears when `flush` is called. */
  tick(line: string): void;
  flush(): void;
};

const TICK_MS = 2_000;

export function createOutput(isJson: boolean): Output {
  let last = 0;
  let waiting: string | undefined;
  let shown: string | undefined;
  const progress = (line: string) => {
    shown = line;
    process.stderr.write(`${line}\n`);
  };
  return {
    isJson,
    progress,
    tick(line) {
      if (line === shown) return;
      waiting = line;
      if (Date.now() - last < TICK_MS) return;
      last = Date.now();
      waiting = undefined;
      progress(line);
    },
    flush() {
      if (waiting !== undefined && waiting !== shown) progress(waiting);
      waiting = undefined;
    },
  };
}

/** What a command ends with. */
export type Outcome = {
  /** Whether all went well: decides the exit code. */
  isGood: boolean;
  /** For `--json`: one object, to which `ok` is added. */
  json: Record<string, unknown>;
  /** For people. */
  text: string;
};

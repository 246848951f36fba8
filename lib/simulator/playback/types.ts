/**
 * What a person wrote by hand for one picture, to be played back by the simulator in place of its rules.
 * One file per picture in `images/`, each exporting one `PlaybackImage`.
 */
export type PlaybackImage = {
  /** Short stable name in kebab-case, the same as the file's. */
  name: string;
  /** The dense description, word for word as the project stores it. Stage 1 is found by it. */
  description: string;
  /** In the order in which stage 1 gives them. */
  questions: readonly PlaybackQuestion[];
};

export type PlaybackQuestion = {
  /** Unique over all pictures: stage 2 is found by it. */
  question: string;
  /** In the order in which stage 1 gives them; callers shuffle them afterwards. */
  choices: readonly [string, string, string, string];
  /** Word for word one of the choices. */
  key: string;
  shortAnswer: string;
  type: PlaybackReasoningType;
  /** Picked by the seeds of the samples; with more samples than entries they come again. */
  simpleThoughts: readonly PlaybackSimpleThought[];
};

export type PlaybackReasoningType =
  | "Recognition"
  | "Spatial and Relational"
  | "Counting and Quantification"
  | "Causal and Commonsense"
  | "Analogical and Goal-Oriented"
  | (string & {});

export type PlaybackSimpleThought = {
  /**
   * What stands between `<think>` and `</think>`. Unique over all pictures: stage 3 is found by it.
   * `{label:Some choice}` becomes that choice's label as the request shows it, such as "(B)".
   */
  thought: string;
  /** Word for word one of the choices; it is dressed in the answer style that the request asks for. */
  answer: string;
  /** Sent as it is in place of the dressed answer: for an ungradable one. */
  rawAnswer?: string;
  /** Picked by the seeds of the samples of stage 3. */
  longThoughts: readonly PlaybackLongThought[];
};

export type PlaybackLongThought = {
  /**
   * The cue that this continuation was written after. Those written for the request's cue are preferred;
   * one without a cue fits after any.
   */
  cue?: string;
  /**
   * What follows the cue, up to `</think>`, without a blank at the beginning: a lower-case beginning after
   * a comma, a capital after a full stop (without a `cue`, the simulator sets the first letter's case).
   * `{label:Some choice}` as above. Facts of the picture only, no "the description says".
   */
  continuation: string;
  /** What stands between `</think>` and `<answer>`, if anything. */
  closing?: string;
  answer: string;
  rawAnswer?: string;
  /** The reply stops here, as at a token limit: no `</think>`, no answer, finish reason "length". */
  truncated?: true;
};

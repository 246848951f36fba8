import { z } from "zod";

/**
 * `owner/name` of a dataset repository, by the Hub's rules: letters, digits, `-`, `_` and `.`; neither half begins or
 * ends with `-` or `.`, none has `--` or `..`; at most 96 characters.
 * Source: `validate_repo_id` of huggingface_hub.
 */
export const repoSchema = z
  .string()
  .trim()
  .max(96, "A repository's name has at most 96 characters, its owner included.")
  .regex(
    /^[\w](?:[\w.-]*[\w])?\/[\w](?:[\w.-]*[\w])?$/,
    "Give the owner and the name of a dataset repository, such as my-lab/second-looks: letters, digits, hyphens, underscores and dots.",
  )
  .refine(
    (text) => !/--|\.\./.test(text),
    "The Hub allows neither two hyphens nor two dots in a row in a name.",
  )
  .refine((text) => !text.endsWith(".git"), "The Hub allows no name that ends in .git.");

const id = z.uuid();

export const connectHubSchema = z.object({
  projectId: id,
  token: z
    .string()
    .trim()
    .min(8, "Paste a token of the Hub with the right to write.")
    .max(400, "A token of the Hub is shorter than that.")
    .regex(/^[\x21-\x7e]+$/, "A token has no blanks and no letters beyond ASCII.")
    // The Hub's own client sends no other.
    .startsWith("hf_", "A token of the Hub begins with hf_."),
});

export const hubReferenceSchema = z.object({ projectId: id });

export const requestPushSchema = z.object({
  projectId: id,
  exportId: id,
  repo: repoSchema,
  isPrivate: z.boolean().default(true),
});

export const pushReferenceSchema = z.object({ projectId: id, pushId: id });

/** How far a push is: files and bytes that the Hub has, of all. */
export const pushProgressSchema = z.object({
  filesDone: z.int(),
  filesTotal: z.int(),
  bytesDone: z.number(),
  bytesTotal: z.number(),
});
export type PushProgress = z.infer<typeof pushProgressSchema>;

export interface HubConnectionView {
  accountName: string;
  tokenHint: string;
  /** ISO 8601. */
  updatedAt: string;
}

export interface PushView {
  id: string;
  exportId: string;
  format: string;
  repo: string;
  isPrivate: boolean;
  /** Of the repository. */
  url: string;
  state: "waiting" | "working" | "done" | "failed";
  progress: PushProgress | null;
  error: string | null;
  commitUrl: string | null;
  /** What names the state that was pushed, once it is there. */
  tag: string | null;
  /** The version's own tag, where it was taken and stays at the commit that it named before. */
  tagKept: string | null;
  /** ISO 8601. */
  createdAt: string;
}

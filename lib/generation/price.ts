/** Prices in US dollars per million tokens are millionths of a dollar per token, so no factor stands between. */
export type Prices = { inputPrice: string | null; outputPrice: string | null };

/** What a call cost, in millionths of a US dollar; null where a price or a count is not known. */
export function costMicros(
  prices: Prices,
  tokens: { promptTokens: number | null; completionTokens: number | null },
): bigint | null {
  const { inputPrice, outputPrice } = prices;
  if (inputPrice === null || outputPrice === null) return null;
  if (Number(inputPrice) === 0 && Number(outputPrice) === 0) return 0n;
  if (tokens.promptTokens === null || tokens.completionTokens === null) return null;
  return BigInt(
    Math.ceil(tokens.promptTokens * Number(inputPrice) + tokens.completionTokens * Number(outputPrice)),
  );
}

/**
 * The most that a call can cost, for a reservation: a token for each byte of its text (no tokeniser makes more) with
 * room for what a server's template adds, the most that its pictures can be billed as, and the whole length limit. Null
 * where it can't be bounded.
 */
export function ceilingMicros(
  prices: Prices,
  call: { bytes: number; pictureTokens: number; maxTokens: number | null },
): bigint | null {
  if (call.maxTokens === null) return null;
  const promptTokens = call.bytes + call.pictureTokens + TEMPLATE_TOKENS;
  return costMicros(prices, { promptTokens, completionTokens: call.maxTokens });
}

/** A server's template may put a system text of its own in front. */
const TEMPLATE_TOKENS = 256;

/** About how many tokens a rate limit counts for a call before its reply is known: its text, its images, its length limit. */
export function estimateTokens(call: {
  characters: number;
  images: number;
  maxTokens: number | null;
}): number {
  return Math.ceil(call.characters / 4) + call.images * 512 + (call.maxTokens ?? 1024);
}

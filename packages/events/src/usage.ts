// What agents use up, and how it adds up.
// Not here: what is told of it, and when (run-event.ts).

/** What was used up of an agent. Null is what is not known, which is not the same as 0. */
export interface Usage {
  readonly model: string | null;
  /** All tokens that the model read, cached or not. */
  readonly inputTokens: number | null;
  /** The part of `inputTokens` that came from a cache. */
  readonly cachedTokens: number | null;
  readonly outputTokens: number | null;
  /** US dollars. */
  readonly costUsd: number | null;
}

/** Returns the sum. What one of the two does not tell is taken from the other; several models have no name together. */
export function addUsage(sum: Usage | null, more: Usage): Usage {
  if (sum === null) return more;
  return {
    model: sum.model === more.model ? sum.model : null,
    inputTokens: add(sum.inputTokens, more.inputTokens),
    cachedTokens: add(sum.cachedTokens, more.cachedTokens),
    outputTokens: add(sum.outputTokens, more.outputTokens),
    costUsd: add(sum.costUsd, more.costUsd),
  };
}

function add(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : a + b;
}

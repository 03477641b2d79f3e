// Says in a few words what agents used up.

import type { Usage } from '@workflow-platform/events';
import { harmless } from './harmless.ts';

/** Returns `24.8k tokens in (24.4k cached), 122 out, US$0.42, gpt-5`; what is not known is left out. */
export function usageText({ model, inputTokens, cachedTokens, outputTokens, costUsd }: Usage): string {
  const cached = cachedTokens === null || cachedTokens === 0 ? '' : ` (${shortCount(cachedTokens)} cached)`;
  const parts = [
    inputTokens === null ? null : `${shortCount(inputTokens)} tokens in${cached}`,
    outputTokens === null ? null : `${shortCount(outputTokens)}${inputTokens === null ? ' tokens' : ''} out`,
    costUsd === null ? null : `US$${costUsd.toFixed(costUsd < 0.1 ? 4 : 2)}`,
    model === null ? null : harmless(model),
  ].filter((part) => part !== null);
  return parts.length === 0 ? 'an agent' : parts.join(', ');
}

function shortCount(count: number): string {
  if (count < 1000) return String(count);
  const [value, unit] = count < 999_950 ? [count / 1000, 'k'] : [count / 1_000_000, 'M'];
  return `${value.toFixed(1).replace(/\.0$/, '')}${unit}`;
}

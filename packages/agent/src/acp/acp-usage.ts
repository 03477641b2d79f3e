// What an agent tells by ACP of its usage. The protocol has it as totals of the session; some agents tell a turn's in `_meta`.
// Read from the messages as they are: this part of the protocol is young, and nobody should fail for it.

import type { AgentUsage, Json } from '@workflow-platform/plugin-sdk';
import { parsePath } from '../preset/json-path.ts';

/** Returns the totals of the session that the answer to a prompt tells. */
export function totalsOfAnswer(result: Json): AgentUsage {
  const input = sum(result, ['usage.inputTokens', 'usage.cachedReadTokens', 'usage.cachedWriteTokens']);
  return {
    ...named('input_tokens', input),
    ...named('cached_tokens', sum(result, ['usage.cachedReadTokens'])),
    ...named('output_tokens', sum(result, ['usage.outputTokens'])),
  };
}

/** Returns what the answer to a prompt tells of its turn alone. */
export function usageOfAnswer(result: Json): AgentUsage {
  return {
    ...named('input_tokens', sum(result, ['_meta.quota.token_count.input_tokens'])),
    ...named('output_tokens', sum(result, ['_meta.quota.token_count.output_tokens'])),
  };
}

/** Returns the cost of the session that a `usage_update` tells. */
export function costOfUpdate(update: Json): AgentUsage {
  const [currency] = parsePath('cost.currency')?.(update) ?? [];
  return currency === 'USD' ? named('cost_usd', sum(update, ['cost.amount'])) : {};
}

function sum(value: Json, paths: readonly string[]): number | null {
  const numbers = paths
    .flatMap((path) => parsePath(path)?.(value) ?? [])
    .filter((found): found is number => typeof found === 'number' && found >= 0);
  return numbers.length === 0 ? null : numbers.reduce((total, number) => total + number, 0);
}

function named(name: keyof AgentUsage, value: number | null): AgentUsage {
  return value === null ? {} : { [name]: name === 'cost_usd' ? value : Math.round(value) };
}

// Arithmetic with what agents use up: a number that is not there is not known.

import type { AgentUsage } from '@workflow-platform/plugin-sdk';

const counts = ['input_tokens', 'cached_tokens', 'output_tokens', 'cost_usd'] as const;

/** Returns the sum; the model is that of the later one. */
export function addUsage(a: AgentUsage, b: AgentUsage): AgentUsage {
  return combine(a, b, (one, other) => one + other);
}

/** Returns what came on top of what there was before; what is not known of the total stays unknown. */
export function subtractUsage(total: AgentUsage, before: AgentUsage): AgentUsage {
  const rest: { [name: string]: number } = {};
  for (const name of counts) {
    const value = total[name];
    // Rounded, so that no cents are invented; an agent that began to count anew has not given anything back.
    if (value !== undefined) rest[name] = Math.max(0, round(value - (before[name] ?? 0)));
  }
  return rest;
}

/** Returns whether anything is known. */
export function isKnown(usage: AgentUsage): boolean {
  return counts.some((name) => usage[name] !== undefined);
}

function combine(a: AgentUsage, b: AgentUsage, join: (one: number, other: number) => number): AgentUsage {
  const model = b.model ?? a.model;
  const sum: { [name: string]: number } = {};
  for (const name of counts) {
    const [one, other] = [a[name], b[name]];
    const value = one === undefined ? other : other === undefined ? one : round(join(one, other));
    if (value !== undefined) sum[name] = value;
  }
  return model === undefined ? sum : { model, ...sum };
}

function round(value: number): number {
  return Math.round(value * 1e9) / 1e9;
}

// Reads a plan as it was kept. A plan of ten thousand steps has as many times the same empty lists and the same retry policy;
// they are one each in memory, which an engine holds on to for as long as its run goes on.
// Not here: making a plan (plan-workflow.ts).

import type { Plan } from './plan.ts';

/** Returns the plan that is written there as JSON. Nobody may change what it is made of, as it is shared. */
export function readPlan(json: string): Plan {
  return shared(JSON.parse(json) as Value, new Map()) as unknown as Plan;
}

type Value = null | boolean | number | string | Value[] | { [key: string]: Value };

const emptyList: Value[] = Object.freeze([]) as unknown as Value[];
const emptyTable = Object.freeze({}) as { [key: string]: Value };

/** Replaces in place: what was just parsed is nobody else's. */
function shared(value: Value, policies: Map<string, Value>): Value {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    if (value.length === 0) return emptyList;
    for (let index = 0; index < value.length; index += 1) value[index] = shared(value[index]!, policies);
    return value;
  }
  let isEmpty = true;
  for (const key in value) {
    isEmpty = false;
    const inner = value[key]!;
    if (typeof inner === 'object' && inner !== null)
      value[key] = key === 'retry' ? policy(inner, policies) : shared(inner, policies);
  }
  return isEmpty ? emptyTable : value;
}

function policy(value: Value, policies: Map<string, Value>): Value {
  const text = JSON.stringify(value);
  const known = policies.get(text);
  if (known !== undefined) return known;
  policies.set(text, value);
  return value;
}

// Which items does a `foreach` have, and what are they called?
// Not here: which item starts (start.ts), how the `foreach` ends (finish.ts).

import type { Failure, Json, RunEvent } from '@workflow-platform/events';
import { valueText } from '@workflow-platform/core';
import type { PlanStep } from '@workflow-platform/core';
import { evaluate } from '../evaluate.ts';
import type { RunState, StepState } from '../run-state.ts';
import { StepScope } from '../step-scope.ts';
import { fail } from './finish.ts';
import { describe, listItems } from './list-items.ts';
import { missingBefore, requestObservation } from './observe.ts';

type Foreach = NonNullable<PlanStep['foreach']>;

/** Decides the items of a `foreach` whose condition holds. */
export function decideExpand(state: RunState, step: StepState, foreach: Foreach): RunEvent[] {
  const listed = listItems(state, step, foreach);
  if (listed.kind === 'missing') return requestObservation(step, 'items', listed.queries);
  if (listed.kind === 'failed') return fail(state, step, listed.failure);
  const { items: list, source } = listed;
  if (list.length === 0) return [{ type: 'step.skipped', step: step.ref, reason: { kind: 'no-items' } }];

  const items: { key: string; value: Json }[] = [];
  const indexes = new Map<string, number>();
  for (const [index, { key: known, value }] of list.entries()) {
    const key = keyOf(state, step, foreach, { known, value, index });
    if (typeof key !== 'string')
      return 'queries' in key ? requestObservation(step, 'items', key.queries) : fail(state, step, key.failure);
    const earlier = indexes.get(key);
    if (earlier !== undefined) {
      const message = `items ${earlier + 1} and ${index + 1} have the same key \`${key}\`; give \`foreach.key\` an expression that tells them apart`;
      return fail(state, step, { kind: 'expression', source: foreach.key ?? source, message });
    }
    indexes.set(key, index);
    items.push({ key, value });
  }
  const before = missingBefore(step);
  if (before.length > 0) return requestObservation(step, 'before', before);
  return [{ type: 'step.expanded', step: step.ref, items }];
}

function keyOf(
  state: RunState,
  step: StepState,
  foreach: Foreach,
  { known, value, index }: { readonly known: string | null; readonly value: Json; readonly index: number },
): string | { readonly failure: Failure } | { readonly queries: readonly string[] } {
  if (foreach.key === null && known !== null) return referenceSafe(known);
  if (foreach.key === null) return referenceSafe(typeof value === 'object' ? String(index) : valueText(value));
  const evaluation = evaluate(foreach.key, new StepScope(state, { step, purpose: 'items', item: { value } }));
  if (evaluation.kind === 'missing') return evaluation;
  if (evaluation.kind === 'failed') return evaluation;
  const key = evaluation.value;
  if (typeof key === 'string' || typeof key === 'number' || typeof key === 'boolean') return referenceSafe(valueText(key));
  const message = `\`foreach.key\` must give text, but for item ${index + 1} it gave ${describe(key)}`;
  return { failure: { kind: 'expression', source: foreach.key, message } };
}

/**
 * Returns the key as it may stand between the brackets of a reference. Brackets that do not match and control characters are
 * written as `%XX`, or two different steps could have the same reference.
 */
export function referenceSafe(key: string): string {
  const unmatched = new Set<number>();
  const open: number[] = [];
  for (let index = 0; index < key.length; index += 1) {
    if (key[index] === '[') open.push(index);
    else if (key[index] === ']' && open.pop() === undefined) unmatched.add(index);
  }
  for (const index of open) unmatched.add(index);
  const escaped = key.split('').map((char, index) => (unmatched.has(index) || /\p{Cc}/u.test(char) ? percent(char) : char));
  return escaped.join('');
}

function percent(char: string): string {
  return `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}

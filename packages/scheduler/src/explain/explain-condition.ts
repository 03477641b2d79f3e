// What the condition of a step says, with the value of each of its parts; and how its needs stand.
// Not here: what is decided by it (decide/skip.ts).

import { compileExpression, type Json, truthy } from '@workflow-platform/core';
import { evaluate } from '../evaluate.ts';
import type { RunState, StepState } from '../run-state.ts';
import { memberAt, readOf } from '../step-inputs.ts';
import { settledPhase } from '../step-phase.ts';
import { conclusionOf, outcomeOf } from '../step-result.ts';
import { StepScope } from '../step-scope.ts';
import { writtenCondition } from '../step-table.ts';
import type { ConditionExplanation, NeedExplanation } from './explanation.ts';

/** Explains the condition as things stand; null for an item. */
export function explainCondition(state: RunState, step: StepState): ConditionExplanation | null {
  if (step.item !== null) return null;
  const { when } = step.spec.plan;
  const scope = new StepScope(state, { step, purpose: 'when' });
  const areNeedsSettled = step.spec.needs.every((need) => settledPhase(step.scope.steps[need] as StepState) !== null);
  const source = when ?? 'success()';
  const evaluation = areNeedsSettled ? evaluate(source, scope) : null;
  const facts = [...(step.facts?.get('when') ?? [])].map(([query, answer]) => ({ query, answer }));
  return {
    source: when === null ? null : writtenCondition(when),
    holds: evaluation?.kind === 'value' ? truthy(evaluation.value) : null,
    parts: areNeedsSettled ? partsOf(source, scope) : [],
    facts,
  };
}

/** Explains how what the step needs stands; an item needs what its `foreach` needs. */
export function explainNeeds(step: StepState): NeedExplanation[] {
  return step.spec.needs.map((index) => {
    const need = step.scope.steps[index] as StepState;
    const result = settledPhase(need)?.result;
    return {
      step: need.ref,
      outcome: result === undefined ? null : outcomeOf(result),
      conclusion: result === undefined ? null : conclusionOf(result),
    };
  });
}

/** Their values may hold a secret. */
const hiddenContexts = new Set(['secrets', 'env']);

function partsOf(source: string, scope: StepScope): ConditionExplanation['parts'] {
  const compiled = compileExpression(source);
  if (!compiled.ok) return [];
  const parts = new Map<string, Json>();
  const { calls, references } = compiled.expression;
  for (const { name } of calls) {
    if (['success', 'failure', 'cancelled'].includes(name)) parts.set(`${name}()`, scope.call(name, []));
  }
  for (const reference of references) {
    if (hiddenContexts.has(reference.context)) continue;
    const { name, path } = readOf(reference);
    parts.set(name, memberAt(scope.context(reference.context, [reference]), path) ?? null);
  }
  return [...parts].map(([name, value]) => ({ name, value }));
}

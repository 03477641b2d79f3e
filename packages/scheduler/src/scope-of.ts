// The scope of a step's texts, for the host that starts an attempt: the same names that its conditions were decided with.
// Not here: what the names mean (step-scope.ts).

import { assert } from '@workflow-platform/events';
import type { ExpressionScope } from '@workflow-platform/core';
import type { RunState } from './run-state.ts';
import { type ScopeExtras, StepScope } from './step-scope.ts';

/** Returns where the texts of a step find their values. Good until the next event is applied. */
export function scopeOf(state: RunState, stepRef: string, extras: ScopeExtras = {}): ExpressionScope {
  const step = state.steps.get(stepRef);
  assert(step !== undefined, `there is no step \`${stepRef}\` to resolve texts for`);
  return new StepScope(state, { step, extras });
}

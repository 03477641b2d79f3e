// Does this step end the turn, and the loop with it? Asked right after it ended with success, never when it was skipped.
// Not here: what is left out then (apply/end.ts), how the loop ends (iterate.ts).

import type { Fact, Failure, RunEvent } from '@workflow-platform/events';
import { truthy } from '@workflow-platform/core';
import { evaluate } from '../evaluate.ts';
import type { RunState, StepState } from '../run-state.ts';
import { settledPhase, type StepResult } from '../step-phase.ts';
import { conclusionOf } from '../step-result.ts';
import { StepScope } from '../step-scope.ts';
import { requestObservation } from './observe.ts';

/** Decides by `break_when`. A condition that cannot be computed ends the turn too; the group then fails for it. */
export function decideBreak(state: RunState, step: StepState, result: StepResult, facts: readonly Fact[] = []): RunEvent[] {
  const { breakWhen } = step.spec.plan;
  if (breakWhen === null || step.item !== null || step.scope.broke !== null || conclusionOf(result) !== 'success') return [];
  const evaluation = evaluate(breakWhen, new StepScope(state, { step, result, facts, purpose: 'break' }));
  if (evaluation.kind === 'missing') return requestObservation(step, 'break', evaluation.queries);
  const isOver = evaluation.kind === 'failed' || truthy(evaluation.value);
  return isOver ? [{ type: 'step.broke', step: step.ref }] : [];
}

/** Returns why the condition of a step that ended the turn could not be computed, or null when it could. */
export function breakFailure(state: RunState, broke: StepState): Failure | null {
  const result = settledPhase(broke)?.result;
  const { breakWhen } = broke.spec.plan;
  if (result === undefined || breakWhen === null) return null;
  const evaluation = evaluate(breakWhen, new StepScope(state, { step: broke, result, purpose: 'break' }));
  return evaluation.kind === 'failed' ? evaluation.failure : null;
}

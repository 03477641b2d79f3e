// Does this step run? Asked when its needs are settled and there is room for it.
// Not here: steps left out for a failure elsewhere or a cancel (fail-fast.ts, cancel.ts).

import { type Failure, type SkipReason, unreachable } from '@workflow-platform/events';
import { truthy } from '@workflow-platform/core';
import { evaluate } from '../evaluate.ts';
import type { RunState, StepState } from '../run-state.ts';
import { settledPhase } from '../step-phase.ts';
import { conclusionOf, isLeftOutForFailure } from '../step-result.ts';
import { StepScope } from '../step-scope.ts';
import { writtenCondition } from '../step-table.ts';

export type SkipDecision =
  | { readonly kind: 'run' }
  | { readonly kind: 'skip'; readonly reason: SkipReason }
  /** The condition looks into the workspace. */
  | { readonly kind: 'observe'; readonly queries: readonly string[] }
  /** The condition cannot be computed. */
  | { readonly kind: 'fail'; readonly failure: Failure };

/** Decides by `when` and by what became of the steps it needs. */
export function decideSkip(state: RunState, step: StepState): SkipDecision {
  const { when } = step.spec.plan;
  if (step.hasBadNeeds && !step.spec.isFailFastExempt) {
    return { kind: 'skip', reason: { kind: 'upstream', step: upstreamCause(step) ?? step.ref } };
  }
  if (when === null) return { kind: 'run' };
  const evaluation = evaluate(when, new StepScope(state, { step, purpose: 'when' }));
  switch (evaluation.kind) {
    case 'value':
      return truthy(evaluation.value)
        ? { kind: 'run' }
        : { kind: 'skip', reason: { kind: 'condition', source: writtenCondition(when) } };
    case 'missing':
      return { kind: 'observe', queries: evaluation.queries };
    case 'failed':
      return { kind: 'fail', failure: evaluation.failure };
    default:
      return unreachable(evaluation);
  }
}

/** Returns the nearest needed step that went wrong, directly or further up; null when none has so far. */
export function upstreamCause(step: StepState): string | null {
  for (const index of step.spec.needs) {
    const need = step.scope.steps[index] as StepState;
    const result = settledPhase(need)?.result;
    if (result === undefined) continue;
    const conclusion = conclusionOf(result);
    if (conclusion === 'failure' || conclusion === 'cancelled' || isLeftOutForFailure(result)) return need.ref;
    if (need.hasBadNeeds) return upstreamCause(need);
  }
  return null;
}

// Which attempts were lost with an engine, and so are no failures of their steps.
// Not here: what follows from it (decide/retry.ts), how a loss is noticed (the host).

import type { Failure } from '@workflow-platform/events';
import type { StepState } from './run-state.ts';

/** Whoever takes a run up again after its engine died asks for what was lost with it: that is no failure of the step. */
export function isLostWithEngine(step: StepState, { attempt, failure }: { attempt: number; failure: Failure }): boolean {
  return failure.kind === 'lost' && attempt === step.inheritedAttempt;
}

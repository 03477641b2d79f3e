// What a settled step counts as: for its dependants, for expressions.
// Not here: how it got there (decide/finish.ts).

import type { StepResult } from './step-phase.ts';

/** As in `steps.X.outcome`: what happened. */
export type Outcome = 'success' | 'failure' | 'cancelled' | 'skipped';

/** Returns what happened, before `on_failure` is looked at. */
export function outcomeOf(result: StepResult): Outcome {
  switch (result.kind) {
    case 'succeeded':
      return 'success';
    case 'failed':
      return 'failure';
    default:
      return result.kind;
  }
}

/** Returns what the step counts as: an allowed failure counts as success. */
export function conclusionOf(result: StepResult): Outcome {
  return result.kind === 'failed' && result.allowed ? 'success' : outcomeOf(result);
}

/** Returns whether the step was skipped because something went wrong, and not by a condition of its own. */
export function isLeftOutForFailure(result: StepResult): boolean {
  if (result.kind !== 'skipped') return false;
  const { kind } = result.reason;
  return kind === 'upstream' || kind === 'fail-fast' || kind === 'cancelled';
}

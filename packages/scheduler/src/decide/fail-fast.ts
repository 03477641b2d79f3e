// Does one failure end the run? Steps that have not started are left out, unless their `when` asks for the status itself;
// what runs goes on to its end, and what waits for quota is not waited for.
// Not here: how far a failure spreads (apply/end.ts), `fail_fast` among items, which stops running ones as a cancel does.

import type { RunEvent, SkipReason } from '@workflow-platform/events';
import type { StepState } from '../run-state.ts';
import { isUnstarted } from '../step-phase.ts';
import { upstreamCause } from './skip.ts';

/** Returns whether a step that has not started is still considered after a failure elsewhere. */
export function survivesFailure(step: StepState): boolean {
  return step.spec.isFailFastExempt;
}

/** Decides how a step is recorded that is left out, or ended where no process of it runs. */
export function decideLeaveOut(step: StepState, reason: SkipReason): RunEvent[] {
  // Of a step that was tried, or that a person was asked about, "skipped" would not be the truth after a cancel.
  const wasTried = step.phase.kind === 'backing-off' || step.phase.kind === 'paused';
  const isCancelled = !isUnstarted(step) && (wasTried || reason.kind === 'cancelled');
  if (isCancelled) return [{ type: 'step.cancelled', step: step.ref }];
  // What a step needs says more than what failed somewhere.
  const cause = reason.kind === 'fail-fast' && isUnstarted(step) ? upstreamCause(step) : null;
  return [{ type: 'step.skipped', step: step.ref, reason: cause === null ? reason : { kind: 'upstream', step: cause } }];
}

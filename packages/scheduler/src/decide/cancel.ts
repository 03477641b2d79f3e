// What does a cancel do? Running attempts are stopped, what has not started is left out. Steps whose `when` calls always() or
// cancelled() still get their turn; a second cancel ends those too.
// Not here: how an attempt is stopped (executor).

import type { RunEvent } from '@workflow-platform/events';
import type { RunState, StepState } from '../run-state.ts';

/** Decides what a cancel signal leaves: nothing when there is nothing left to cancel, or nothing more that a cancel could end. */
export function decideCancel(state: RunState, by: string, reason: string): RunEvent[] {
  const { kind } = state.phase;
  if (kind === 'finished' || (kind === 'working' && state.root.tally.unsettled === 0) || state.cancelCount >= 2) return [];
  return [{ type: 'run.cancel-requested', by, reason }];
}

/** Returns whether a step that has not started is still considered after that many cancels. Items go the way of their `foreach`. */
export function survivesCancel(step: StepState, cancelCount: number): boolean {
  return cancelCount < 2 && step.item === null && step.spec.survivesCancel;
}

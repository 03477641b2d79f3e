// What does a cancel do? Running attempts are stopped, what has not started is left out. Steps whose `when` calls always() or
// cancelled() still get their turn; a second cancel ends those too.
// Not here: how an attempt is stopped (executor).

import type { RunEvent } from '@workflow-platform/events';
import type { RunState, StepState } from '../run-state.ts';
import type { Signal } from '../signal.ts';
import { finishRun } from './finish.ts';
import { refuse } from './refuse.ts';

/** Decides what a cancel leaves: nothing when there is nothing left to cancel, or nothing more that a cancel could end. */
export function decideCancel(state: RunState, signal: Cancel): RunEvent[] {
  const { by, reason, now = false, request } = signal;
  const { kind } = state.phase;
  if (kind === 'finished' || (kind === 'working' && state.root.tally.unsettled === 0))
    return refuse(state, signal, 'cancel-late', 'all steps of the run have ended');
  if (state.cancelCount >= 2) return refuse(state, signal, 'cancel-late', 'everything in the run is being ended already');
  const mark = request === undefined ? {} : { request: request.id };
  return [{ type: 'run.cancel-requested', by, reason, ...mark, ...(now ? { now } : {}) }];
}

type Cancel = Omit<Extract<Signal, { readonly kind: 'cancel' }>, 'kind'>;

/**
 * Decides what comes of a workspace whose making was ended for a cancel: steps that would survive the cancel have nowhere to run,
 * so they are ended as by a second one; then the run is over. The host says it again while the workspace is due.
 */
export function decideWithoutWorkspace(state: RunState): RunEvent[] {
  if (state.cancelCount === 0) return [];
  if (state.root.tally.unsettled === 0) return finishRun(state, null);
  return decideCancel(state, { by: 'workflow', reason: 'there is no workspace to go on in' });
}

/** Returns whether a step that has not started is still considered after that many cancels. Items go the way of their `foreach`. */
export function survivesCancel(step: StepState, cancelCount: number): boolean {
  return cancelCount < 2 && step.item === null && step.spec.survivesCancel;
}

// What of an attempt's own account is worth keeping: the name under which its work can be taken up again, and what it used up.
// Not here: who takes it up (the next attempt is given it, effects-due.ts).

import type { RunEvent } from '@workflow-platform/events';
import type { RunState } from '../run-state.ts';
import type { AttemptTold } from '../signal.ts';

/** Decides whether the running attempt has told a name that is not known yet. */
export function decideSession(state: RunState, stepRef: string, attempt: number, session: string): RunEvent[] {
  const step = state.steps.get(stepRef);
  if (step?.phase.kind !== 'running' || step.phase.attempt !== attempt || step.session === session) return [];
  return [{ type: 'step.session-opened', step: stepRef, attempt, session }];
}

/** Decides what an attempt that has ended leaves besides its outcome. Recorded with the end, so that usage counts exactly once. */
export function decideTold(state: RunState, stepRef: string, attempt: number, told: AttemptTold | undefined): RunEvent[] {
  if (told === undefined) return [];
  const opened = told.session === null ? [] : decideSession(state, stepRef, attempt, told.session);
  return [...opened, ...told.usage.map((usage): RunEvent => ({ type: 'step.usage-reported', step: stepRef, attempt, usage }))];
}

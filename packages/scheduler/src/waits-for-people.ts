// Is there anything that an engine could do for a run, or is all that is left up to people?
// Not here: what screens make of it (events: view).

import { effectsDue } from './effects-due.ts';
import type { RunState } from './run-state.ts';

/** Returns whether questions are open and nothing else is under way: no attempt, no retry, no next turn, no quota, no look, no workspace. */
export function waitsForPeople(state: RunState): boolean {
  if (effectsDue(state).some(({ kind }) => kind !== 'timer')) return false;
  let isAsking = false;
  for (const { phase } of state.steps.values()) {
    if (phase.kind === 'awaiting-answer' || phase.kind === 'paused') isAsking = true;
    else if (phase.kind === 'backing-off' || phase.kind === 'parked' || phase.kind === 'between-turns') return false;
  }
  return isAsking;
}

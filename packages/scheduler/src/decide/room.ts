// Is there room for another attempt?
// Not here: which step gets it (start.ts, quota.ts), how it is counted (apply/ready.ts).

import type { RunState } from '../run-state.ts';

/** Returns whether another attempt may run. */
export function hasRoom(state: RunState): boolean {
  return state.holdsWorkspace && state.slotsTaken < state.plan.maxParallel;
}

// How a process wants to be stopped that has others of its own.
// Not here: stopping it (launcher.ts).

import type { PlanAttemptStep } from '@workflow-platform/core';
import type { LaunchRequest } from './launch-request.ts';
import { graceFactorMax } from './launcher.ts';

/** Returns what the launcher has to know of it. */
export function stopManners(action: PlanAttemptStep['action']): Pick<LaunchRequest, 'graceFactor' | 'asksItsOwn'> {
  if (action.kind !== 'builtin') return {};
  // A run within the run gives its own steps the same grace period first. Killed at the same time, it would leave them behind.
  if (action.action === 'workflow/run') return { graceFactor: graceFactorMax };
  // An agent is asked by its protocol before it is told by a signal.
  return { asksItsOwn: action.action === 'agent/run' };
}

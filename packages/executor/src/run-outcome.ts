// How a run ended, from its state.
// Not here: the end itself (run-host.ts).

import { assert } from '@workflow-platform/events';
import type { RunState } from '@workflow-platform/scheduler';
import type { FoundProcess } from './attempt/find-processes.ts';
import type { RunOutcome } from './run-handle.ts';

/** Returns how a run ended; of one that did not, that it waits for people. */
export function outcomeOf({ phase, failed, allowedFailures }: RunState, leftovers: readonly FoundProcess[]): RunOutcome {
  const status = phase.kind === 'finished' ? phase.status : 'waiting';
  assert(status !== 'waiting' || leftovers.length === 0, 'what is left of a run that goes on is not ended');
  return { status, failed: [...failed], allowedFailures: [...allowedFailures], leftovers };
}

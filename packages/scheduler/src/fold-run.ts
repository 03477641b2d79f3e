// A run's state from its journal, after a crash or in another process.
// Not here: reading the journal (packages/journal).

import { assert, type EventEnvelope } from '@workflow-platform/events';
import type { Plan } from '@workflow-platform/core';
import { apply } from './apply.ts';
import { createRunState, type RunState } from './run-state.ts';

/** Returns the state that the engine had which wrote these events. */
export function foldRun(plan: Plan, envelopes: readonly EventEnvelope[]): RunState {
  const state = createRunState(plan, envelopes[0]?.runId ?? '');
  for (const [index, { seq, atMs, event }] of envelopes.entries()) {
    assert(seq === index + 1, `event ${index + 1} of the run has the number ${seq}`);
    apply(state, event, atMs);
  }
  return state;
}

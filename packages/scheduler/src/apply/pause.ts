// Records that the run stops at a step, and what somebody says there.
// Not here: where it stops, and what follows from what is said (decide/pause.ts).

import { assert, type RunEvent } from '@workflow-platform/events';
import type { RunState, StepState } from '../run-state.ts';
import { failedAttempt, isUnstarted } from '../step-phase.ts';
import { freeSlot, makeReady } from './ready.ts';

type PauseEvent = Extract<RunEvent, { readonly type: 'step.paused' | 'step.unpaused' }>;

/** Records one of the two. */
export function applyPauseEvent(state: RunState, step: StepState, event: PauseEvent): void {
  const { phase } = step;
  const illegal = `\`${event.type}\` cannot happen to step \`${step.ref}\` while it is ${phase.kind}`;
  if (event.type === 'step.paused') {
    const failed = failedAttempt(step);
    const canBegin = isUnstarted(step) && phase.kind !== 'waiting' && phase.kind !== 'observing';
    assert(phase.kind !== 'paused' && (event.at === 'failure' ? failed !== null : canBegin), illegal);
    // It may have room since its condition looked into the workspace.
    freeSlot(state, step);
    step.phase = { kind: 'paused', at: event.at, failed };
    return;
  }
  assert(phase.kind === 'paused', illegal);
  if (event.choice !== 'continue' || phase.failed !== null) return;
  step.isPastBreakPoint = true;
  // Nothing begins in a turn while it is looked whether it is over.
  if (step.item === null && step.scope.holdCount > 0) step.phase = { kind: 'waiting', holds: step.scope.holdCount };
  else makeReady(state.agendas, step);
}

// Records an event in the state of a run. Never decides: what has to be decided now is only noted in the agendas.
// Not here: which event follows (decide.ts).

import { assert, type RunEvent, unreachable } from '@workflow-platform/events';
import type { RunState, StepState } from './run-state.ts';
import { applyAttemptEvent, inheritAttempts } from './apply/attempt.ts';
import { applyGroupEvent } from './apply/group.ts';
import { endAfterCancel } from './apply/end.ts';
import { dropStale } from './apply/drop-stale.ts';
import { applyObservationEvent } from './apply/observation.ts';
import { reopen } from './apply/reopen.ts';
import { settle } from './apply/settle.ts';
import { isUnstarted, openPhase } from './step-phase.ts';

/**
 * Returns the state after an event that happened at `atMs`. It takes the given state over and changes it in place: use only what
 * is returned from then on. Throws a broken-invariant error for an event that cannot follow.
 */
export function apply(state: RunState, event: RunEvent, atMs: number): RunState {
  assert(state.phase.kind !== 'finished' || event.type === 'run.resumed', `\`${event.type}\` cannot follow \`run.finished\``);
  record(state, event, atMs);
  dropStale(state);
  return state;
}

function record(state: RunState, event: RunEvent, atMs: number): void {
  switch (event.type) {
    case 'run.created':
      assert(state.phase.kind === 'created', '`run.created` must be the first event');
      return;
    case 'run.started':
      assert(state.phase.kind === 'created', '`run.started` comes once, after `run.created`');
      state.phase = { kind: 'preparing' };
      return;
    case 'run.resumed':
      if (state.phase.kind === 'finished') reopen(state);
      else inheritAttempts(state);
      return;
    case 'run.cancel-requested':
      state.cancelCount += 1;
      endAfterCancel(state);
      return;
    case 'run.finished':
      state.phase = { kind: 'finished', status: event.status };
      return;
    case 'workspace.created':
    case 'workspace.reused':
      state.workspace = event.workspace;
      if (state.phase.kind === 'preparing') state.phase = { kind: 'working' };
      return;
    case 'workspace.released':
    case 'workspace.removed':
    case 'artifact.stored':
    case 'artifact.missing':
      return;
    default:
      recordStepEvent(state, event, atMs);
  }
}

type StepEvent = Extract<RunEvent, { readonly step: string }>;

function recordStepEvent(state: RunState, event: StepEvent, atMs: number): void {
  const step = state.steps.get(event.step);
  assert(step !== undefined, `\`${event.type}\` names step \`${event.step}\`, which is not there`);
  switch (event.type) {
    case 'step.observation-requested':
    case 'step.observed':
      return applyObservationEvent(state, step, event);
    case 'step.group-started':
    case 'step.expanded':
    case 'step.iteration-scheduled':
    case 'step.iteration-started':
    case 'step.broke':
      return applyGroupEvent(state, step, event, atMs);
    case 'step.waiting':
    case 'step.attempt-started':
    case 'step.stop-requested':
    case 'step.attempt-failed':
    case 'step.retry-scheduled':
      return applyAttemptEvent(state, step, event, atMs);
    case 'step.answered':
      assert(step.phase.kind === 'awaiting-answer', illegal(event, step));
      return;
    case 'step.succeeded':
      assert(event.attempt > 0 ? step.phase.kind === 'running' : canSucceed(step), illegal(event, step));
      return settle(state, step, { kind: 'succeeded', exitCode: event.exitCode, outputs: event.outputs });
    case 'step.failed': {
      assert(step.phase.kind !== 'running' && step.phase.kind !== 'waiting', illegal(event, step));
      const exitCode = step.phase.kind === 'attempt-failed' ? step.phase.exitCode : null;
      const { failure, allowed, outputs } = event;
      return settle(state, step, { kind: 'failed', failure, exitCode, allowed, outputs });
    }
    case 'step.skipped':
      assert(isUnstarted(step) || step.phase.kind === 'awaiting-answer' || canSucceed(step), illegal(event, step));
      return settle(state, step, { kind: 'skipped', reason: event.reason });
    case 'step.cancelled':
      assert(step.phase.kind !== 'running' && !isUnstarted(step), illegal(event, step));
      return settle(state, step, { kind: 'cancelled' });
    default:
      return unreachable(event);
  }
}

/** Whether it is answered, or a group or `foreach` with nothing left to do. */
function canSucceed(step: StepState): boolean {
  if (step.phase.kind === 'awaiting-answer') return true;
  if (step.phase.kind === 'expanded') return step.phase.tally.unsettled === 0;
  const open = openPhase(step);
  return open !== null && (open.turn === null || open.turn.tally.unsettled === 0);
}

function illegal(event: StepEvent, step: StepState): string {
  return `\`${event.type}\` cannot happen to step \`${step.ref}\` while it is ${step.phase.kind}`;
}

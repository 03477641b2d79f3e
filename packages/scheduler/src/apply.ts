// Records an event in the state of a run. Never decides: what has to be decided now is only noted in the agendas.
// Not here: which event follows (decide.ts).

import { assert, type RunEvent, unreachable } from '@workflow-platform/events';
import { noBreakPoints, type RunState, type StepState } from './run-state.ts';
import { applyAttemptEvent, inheritAttempts } from './apply/attempt.ts';
import { applyGroupEvent } from './apply/group.ts';
import { endAfterCancel } from './apply/end.ts';
import { dropStale } from './apply/drop-stale.ts';
import { applyObservationEvent } from './apply/observation.ts';
import { applyPauseEvent } from './apply/pause.ts';
import { applyParked, applyQuotaEvent } from './apply/quota.ts';
import { reopen } from './apply/reopen.ts';
import { settle } from './apply/settle.ts';
import { failedAttempt, isUnstarted, openPhase } from './step-phase.ts';

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
  if ('request' in event && event.request !== undefined) state.requests.add(event.request);
  switch (event.type) {
    case 'run.created':
      assert(state.phase.kind === 'created', '`run.created` must be the first event');
      state.startedBy = event.by.user;
      state.breakPoints = event.breakPoints ?? noBreakPoints;
      state.startAt = event.startAt ?? null;
      return;
    case 'run.started':
      assert(state.phase.kind === 'created', '`run.started` comes once, after `run.created`');
      state.phase = { kind: 'preparing' };
      return;
    case 'run.resumed':
      state.holdsWorkspace = false;
      if (event.breakPoints !== undefined || state.phase.kind === 'finished')
        state.breakPoints = event.breakPoints ?? noBreakPoints;
      if (state.phase.kind === 'finished') reopen(state, event.retry ?? null);
      else inheritAttempts(state);
      return;
    case 'run.cancel-requested':
      state.cancelCount = event.now === true ? Math.max(2, state.cancelCount) : state.cancelCount + 1;
      endAfterCancel(state);
      return;
    case 'run.request-refused':
      return;
    case 'run.finished':
      state.phase = { kind: 'finished', status: event.status };
      return;
    case 'workspace.created':
    case 'workspace.reused':
      state.workspace = event.workspace;
      state.holdsWorkspace = true;
      if (state.phase.kind === 'preparing') state.phase = { kind: 'working' };
      return;
    case 'workspace.direnv-allowed':
    case 'workspace.setup-finished':
    case 'workspace.tools-copied':
    case 'workspace.status-changed':
    case 'workspace.released':
    case 'workspace.removed':
    case 'artifact.stored':
    case 'artifact.missing':
      return;
    case 'quota.opened':
    case 'quota.closed':
      return applyQuotaEvent(state, event, atMs);
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
    case 'step.progress-noted':
    case 'step.iteration-scheduled':
    case 'step.iteration-started':
    case 'step.broke':
      return applyGroupEvent(state, step, event, atMs);
    case 'step.waiting':
    case 'step.attempt-started':
    case 'step.session-opened':
    case 'step.usage-reported':
    case 'step.stop-requested':
    case 'step.attempt-failed':
    case 'step.retry-scheduled':
      return applyAttemptEvent(state, step, event, atMs);
    case 'step.parked':
      return applyParked(state, step, event, atMs);
    case 'step.paused':
    case 'step.unpaused':
      return applyPauseEvent(state, step, event);
    case 'step.input-awaited':
    case 'step.input-settled':
    case 'step.cache-hit':
    case 'step.cache-missed':
    case 'step.cache-stored':
    case 'step.cache-not-stored':
      // A host records them without deciding: what they tell is no part of the state.
      assert(step.phase.kind === 'running' && step.phase.attempt === event.attempt, illegal(event, step));
      return;
    case 'step.answered':
      assert(step.phase.kind === 'awaiting-answer', illegal(event, step));
      if (event.approved) step.phase.approvals.push({ by: event.by, message: event.message });
      return;
    case 'step.succeeded':
      assert(event.attempt > 0 ? step.phase.kind === 'running' : canSucceed(step), illegal(event, step));
      return settle(state, step, { kind: 'succeeded', exitCode: event.exitCode, outputs: event.outputs });
    case 'step.reused': {
      const { prior } = step;
      assert(isUnstarted(step) && prior !== null && prior.result !== null, illegal(event, step));
      step.prior = null;
      state.allowedFailures.push(...prior.allowedFailures);
      return settle(state, step, { kind: 'succeeded', exitCode: event.exitCode, outputs: event.outputs }, prior.body);
    }
    case 'step.reuse-declined':
      assert(isUnstarted(step) && step.prior !== null && !step.prior.isDeclined, illegal(event, step));
      step.prior = { ...step.prior, isDeclined: true };
      return;
    case 'step.failed': {
      assert(step.phase.kind !== 'running' && step.phase.kind !== 'waiting', illegal(event, step));
      const exitCode = failedAttempt(step)?.exitCode ?? null;
      const { failure, allowed, outputs } = event;
      return settle(state, step, { kind: 'failed', failure, exitCode, allowed, outputs });
    }
    case 'step.skipped':
      assert(isUnstarted(step) || isTakenBack(step) || canSucceed(step), illegal(event, step));
      return settle(state, step, { kind: 'skipped', reason: event.reason });
    case 'step.cancelled':
      assert(step.phase.kind !== 'running' && !isUnstarted(step), illegal(event, step));
      return settle(state, step, { kind: 'cancelled' });
    default:
      return unreachable(event);
  }
}

/** What nobody works at is not waited for after a failure elsewhere: an answer, a quota. */
function isTakenBack({ phase }: StepState): boolean {
  return phase.kind === 'awaiting-answer' || phase.kind === 'parked';
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

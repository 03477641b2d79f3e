// Records what happens to attempts and waits: they begin, are told to stop, fail, back off.
// Not here: how a step settles (settle.ts), whether another attempt is made (decide/retry.ts).

import { assert, type Failure, type RunEvent, unreachable } from '@workflow-platform/events';
import { readQuestion } from '@workflow-platform/core';
import type { RunState, Scope, StepState } from '../run-state.ts';
import { quotaOf } from '../breaker.ts';
import { isLostWithEngine } from '../lost-attempt.ts';
import { failedAttempt, isUnstarted, type StepPhase } from '../step-phase.ts';
import { outerOf } from '../step-order.ts';
import { beginAnew } from '../prior.ts';
import { freeSlot, takeSlot } from './ready.ts';

type AttemptEvent = Extract<
  RunEvent,
  {
    readonly type:
      | 'step.waiting'
      | 'step.attempt-started'
      | 'step.session-opened'
      | 'step.usage-reported'
      | 'step.stop-requested'
      | 'step.attempt-failed'
      | 'step.retry-scheduled';
  }
>;

/** Records one of the events of an attempt or a wait. */
export function applyAttemptEvent(state: RunState, step: StepState, event: AttemptEvent, atMs: number): void {
  const { plan } = step.spec;
  const { phase } = step;
  const illegal = `\`${event.type}\` cannot happen to step \`${step.ref}\` while it is ${phase.kind}`;
  switch (event.type) {
    case 'step.waiting':
      assert(isUnstarted(step) && plan.kind === 'wait', illegal);
      beginAnew(state, step);
      step.phase = {
        kind: 'awaiting-answer',
        question: readQuestion(event.inputs).question,
        untilMs: event.untilMs,
        startedAtMs: atMs,
        approvals: [],
      };
      if (event.untilMs !== null) alarm(state, 'deadlines', step, event.untilMs);
      return markBusy(step.scope);
    case 'step.attempt-started': {
      assert(
        (phase.kind === 'backing-off' ||
          phase.kind === 'parked' ||
          (isUnstarted(step) && phase.kind !== 'waiting' && phase.kind !== 'paused')) &&
          plan.kind === 'attempt',
        illegal,
      );
      assert(
        event.attempt === step.attempt + 1,
        `attempt ${event.attempt} of step \`${step.ref}\` cannot follow attempt ${step.attempt}`,
      );
      assert(event.attemptNo === state.attemptCount + 1, `attempt number ${event.attemptNo} cannot follow ${state.attemptCount}`);
      takeSlot(state, step);
      if (isUnstarted(step)) step.begunAfterCancels = state.cancelCount;
      beginAnew(state, step);
      step.attempt = event.attempt;
      noteInside(step, event.attempt);
      state.attemptCount = event.attemptNo;
      step.phase = { kind: 'running', attempt: event.attempt, attemptNo: event.attemptNo, startedAtMs: atMs, stopping: null };
      if (plan.timeoutMs !== null) alarm(state, 'deadlines', step, atMs + plan.timeoutMs);
      state.agendas.active.add(step);
      noteProbe(state, step);
      return markBusy(step.scope);
    }
    case 'step.session-opened':
      assert(phase.kind === 'running' && phase.attempt === event.attempt, illegal);
      step.session = event.session;
      return;
    case 'step.usage-reported':
      assert(phase.kind === 'running' && phase.attempt === event.attempt, illegal);
      return;
    case 'step.stop-requested':
      assert(phase.kind === 'running' && phase.stopping === null && phase.attempt === event.attempt, illegal);
      step.phase = { ...phase, stopping: event.reason };
      return;
    case 'step.attempt-failed':
      assert(phase.kind === 'running' && phase.attempt === event.attempt, illegal);
      if (isLostWithEngine(step, event) || isTurnedAway(step, event.failure)) step.attemptsBefore += 1;
      if (event.failure.kind !== 'quota') step.quotaSinceMs = null;
      step.phase = {
        kind: 'attempt-failed',
        attempt: phase.attempt,
        failure: event.failure,
        exitCode: event.exitCode,
        stopping: phase.stopping,
      };
      freeSlot(state, step);
      state.agendas.active.delete(step);
      state.agendas.due.push(step);
      return;
    case 'step.retry-scheduled':
      assert(failedAttempt(step) !== null && event.attempt === step.attempt + 1, illegal);
      step.phase = { kind: 'backing-off', attempt: event.attempt, atMs: event.atMs };
      return alarm(state, 'retries', step, event.atMs);
    default:
      return unreachable(event);
  }
}

/** Notes what was under way when an engine died whose run somebody takes up again. */
export function inheritAttempts(state: RunState): void {
  for (const step of state.agendas.active) if (step.phase.kind === 'running') step.inheritedAttempt = step.phase.attempt;
}

/** Notes a time at which the step's present phase has something to be decided. */
export function alarm(state: RunState, agenda: 'retries' | 'deadlines', step: StepState, atMs: number): void {
  const phase: StepPhase = step.phase;
  state.agendas[agenda].push({ atMs, step, phase });
}

function noteInside(step: StepState, attempt: number): void {
  for (let outer = outerOf(step); outer !== null; outer = outerOf(outer)) {
    outer.attemptsInside = Math.max(outer.attemptsInside, attempt);
  }
}

/** Whoever was turned away has not been tried. */
function isTurnedAway(step: StepState, failure: Failure): boolean {
  return failure.kind === 'quota' && quotaOf(step) !== null;
}

/** An attempt that begins in spite of a breaker shows whether there is quota again. */
function noteProbe(state: RunState, step: StepState): void {
  const breaker = state.quotas.get(quotaOf(step)?.token ?? '');
  if (breaker !== undefined) breaker.probe = { step, attempt: step.attempt };
}

function markBusy(innermost: Scope): void {
  for (let scope: Scope | null = innermost; scope !== null && !scope.isBusy; scope = scope.owner?.scope ?? null)
    scope.isBusy = true;
}

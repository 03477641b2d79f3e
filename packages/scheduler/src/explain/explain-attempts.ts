// The attempts of a step with what the retry policy said to each failure, gathered event by event.
// Not here: the policy (decide/retry.ts).

import type { RunEvent } from '@workflow-platform/events';
import { decideRetry } from '../decide/retry.ts';
import type { StepState } from '../run-state.ts';
import type { AttemptExplanation, RetryAnswer } from './explanation.ts';

type Changing<T> = { -readonly [K in keyof T]: T[K] };

/** Adds what an event says of the last attempt, or the attempt that it begins. `step` is as it was before the event. */
export function noteAttempt(
  attempts: Changing<AttemptExplanation>[],
  step: StepState,
  event: Extract<RunEvent, { readonly step: string }>,
  atMs: number,
): void {
  if (event.type === 'step.attempt-started') {
    const { attempt, attemptNo } = event;
    const fresh = { endedAtMs: null, failure: null, exitCode: null, stopping: null, answer: null };
    attempts.push({ attempt, attemptNo, startedAtMs: atMs, ...fresh });
    return;
  }
  const last = attempts.at(-1);
  if (last === undefined) return;
  switch (event.type) {
    case 'step.stop-requested':
      last.stopping = event.reason;
      return;
    case 'step.attempt-failed':
      Object.assign(last, { endedAtMs: atMs, failure: event.failure, exitCode: event.exitCode });
      return;
    case 'step.succeeded':
      if (event.attempt > 0) Object.assign(last, { endedAtMs: atMs, exitCode: event.exitCode });
      return;
    case 'step.retry-scheduled':
      last.answer = { kind: 'again', atMs: event.atMs };
      return;
    case 'step.parked':
      if (step.phase.kind === 'attempt-failed') last.answer = { kind: 'quota', token: event.token, untilMs: event.untilMs };
      return;
    case 'step.failed':
    case 'step.cancelled':
      if (step.phase.kind === 'attempt-failed') last.answer = answerTo(step, event.type === 'step.cancelled');
      return;
    default:
      return;
  }
}

function answerTo(step: StepState, isCancelled: boolean): RetryAnswer {
  const { plan } = step.spec;
  if (isCancelled || step.phase.kind !== 'attempt-failed' || plan.kind !== 'attempt') return { kind: 'ending' };
  const made = step.attempt - step.attemptsBefore;
  if (decideRetry(plan.retry, made, step.phase.failure, () => 0).kind === 'retry') return { kind: 'ending' };
  return made > plan.retry.max ? { kind: 'used-up', max: plan.retry.max } : { kind: 'not-tried-again' };
}

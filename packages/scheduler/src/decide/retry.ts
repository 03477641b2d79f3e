// Another attempt, and when? Asked after every failed attempt.
// Not here: whether an attempt that is told to stop has failed (attempt-end.ts).

import { type Failure, type RunEvent, unreachable } from '@workflow-platform/events';
import type { PlanAttemptStep, PlanRetry } from '@workflow-platform/core';
import { quotaOf } from '../breaker.ts';
import type { RunState, StepState } from '../run-state.ts';
import type { StepPhase } from '../step-phase.ts';
import { isLostWithEngine } from '../lost-attempt.ts';
import { fail } from './finish.ts';
import { isEnding } from './is-ending.ts';
import { failOrPause } from './pause.ts';
import { decideTurnedAway } from './quota.ts';

export type RetryDecision = { readonly kind: 'retry'; readonly delayMs: number } | { readonly kind: 'give-up' };

/** Decides by the policy alone. `attemptsMade` counts from the last (re)opening of the run; `chance` is uniform in [0, 1). */
export function decideRetry(policy: PlanRetry, attemptsMade: number, failure: Failure, chance: () => number): RetryDecision {
  if (attemptsMade > policy.max || !isWorthRetrying(policy, failure)) return { kind: 'give-up' };
  const wishedMs = policy.initialMs * growth(policy.backoff, attemptsMade);
  const cappedMs = Math.min(wishedMs, policy.maxDelayMs);
  // Between half of the delay and all of it: spread out, and still a delay.
  return { kind: 'retry', delayMs: Math.round(policy.jitter ? cappedMs * (0.5 + chance() / 2) : cappedMs) };
}

/** Decides what follows from a failed attempt: another one, the failure of the step, or the end that a cancel asked for. */
export function decideAfterFailedAttempt(
  state: RunState,
  step: StepState,
  phase: Extract<StepPhase, { readonly kind: 'attempt-failed' }>,
  nowMs: number,
  chance: () => number,
): RunEvent[] {
  const stopped = phase.stopping?.kind;
  if (stopped === 'cancel' || stopped === 'fail-fast') return [{ type: 'step.cancelled', step: step.ref }];
  const { retry } = step.spec.plan as PlanAttemptStep;
  const attemptsMade = step.attempt - step.attemptsBefore;
  if (isEnding(state, step)) return fail(state, step, phase.failure);
  const quota = quotaOf(step);
  if (phase.failure.kind === 'quota' && quota !== null)
    return decideTurnedAway(state, step, { quota, failure: phase.failure }, nowMs);
  const isFree = isLostWithEngine(step, phase);
  const decision = isFree ? againAtOnce : decideRetry(retry, attemptsMade, phase.failure, chance);
  if (decision.kind === 'give-up') return failOrPause(state, step, phase.failure);
  return [{ type: 'step.retry-scheduled', step: step.ref, attempt: step.attempt + 1, atMs: nowMs + decision.delayMs }];
}

const againAtOnce = { kind: 'retry', delayMs: 0 } as const;

function growth(backoff: PlanRetry['backoff'], attemptsMade: number): number {
  switch (backoff) {
    case 'constant':
      return 1;
    case 'linear':
      return attemptsMade;
    case 'exponential':
      return 2 ** (attemptsMade - 1);
    default:
      return unreachable(backoff);
  }
}

/** An expression gives the same failure again; with `on_exit`, only the listed exit codes are tried again. */
function isWorthRetrying({ onExit }: PlanRetry, failure: Failure): boolean {
  if (failure.kind === 'expression') return false;
  return onExit === null || (failure.kind === 'exit' && onExit.includes(failure.code));
}

// Is there quota? A step that is turned away for want of it waits and uses up no retry; with it wait all steps that need the same
// token, but for one that tries first when the time has come.
// Not here: the breaker itself (breaker.ts), how it is noticed that an attempt was turned away (executor).

import type { Failure, RunEvent } from '@workflow-platform/events';
import type { PlanQuota } from '@workflow-platform/core';
import { type Breaker, heldBy, liveProbe, PROBE_MS, quotaOf, waitLimitMs } from '../breaker.ts';
import type { RunState, StepState } from '../run-state.ts';
import type { Signal } from '../signal.ts';
import { fail } from './finish.ts';
import { failOrPause } from './pause.ts';
import { hasRoom } from './room.ts';

type QuotaFailure = Extract<Failure, { readonly kind: 'quota' }>;

/** Decides what follows for a step that was turned away: it waits, or fails when that would take longer than it may. */
export function decideTurnedAway(
  state: RunState,
  step: StepState,
  of: { readonly quota: PlanQuota; readonly failure: QuotaFailure },
  nowMs: number,
): RunEvent[] {
  const { quota, failure } = of;
  const { token } = quota;
  const limitMs = waitLimitMs(step, quota, nowMs);
  const { untilMs, told } = nextTry(state.quotas.get(token), of, { limitMs, nowMs });
  const opened: RunEvent[] = isKnown(state.quotas.get(token), untilMs, told, nowMs)
    ? []
    : [{ type: 'quota.opened', token, untilMs, told, by: { step: step.ref } }];
  if (isInVain(step)) return [...opened, ...failOrPause(state, step, { ...failure, resetAtMs: told ? untilMs : null })];
  if (untilMs > limitMs)
    return [...opened, ...failOrPause(state, step, { ...failure, resetAtMs: told ? untilMs : null, limitMs: quota.maxWaitMs })];
  return [...opened, { type: 'step.parked', step: step.ref, attempt: step.attempt + 1, token, untilMs }];
}

/** Decides about a step that is to begin while its quota is used up: null when it is not. */
export function decideHeld(state: RunState, step: StepState, nowMs: number): RunEvent[] | null {
  const quota = quotaOf(step);
  const breaker = heldBy(state, step, nowMs);
  if (breaker === null || quota === null) return null;
  const { token, untilMs, isTold } = breaker;
  if (isInVain(step)) return fail(state, step, { kind: 'quota', token, resetAtMs: isTold ? untilMs : null, message: null });
  if (untilMs > waitLimitMs(step, quota, nowMs)) return giveUp(state, step, breaker, quota);
  return [{ type: 'step.parked', step: step.ref, attempt: step.attempt + 1, token, untilMs }];
}

/** Decides the next thing that follows from time alone: who waits in vain fails, a probe that is at work for long has got through. */
export function decideQuotas(state: RunState, nowMs: number): RunEvent[] {
  for (const breaker of state.quotas.values()) {
    const { token, untilMs } = breaker;
    const first = breaker.limits.peek();
    const quota = first === undefined ? null : quotaOf(first.step);
    if (first !== undefined && quota !== null && untilMs > first.limitMs) return giveUp(state, first.step, breaker, quota);
    if (throughAtMs(breaker) <= nowMs) return [{ type: 'quota.closed', token }];
  }
  return [];
}

/** Returns the step that is to find out now whether there is quota again, or undefined. */
export function nextProbe(state: RunState, nowMs: number): StepState | undefined {
  for (const breaker of state.quotas.values()) {
    const first = breaker.parked.peek();
    if (first !== undefined && breaker.untilMs <= nowMs && liveProbe(breaker) === null) return first.step;
  }
  return undefined;
}

/** Returns the tokens of which a step is about to find out whether there is quota again: for hosts that ask others first. */
export function tokensToProbe(state: RunState, nowMs: number): readonly string[] {
  if (state.phase.kind !== 'working' || !hasRoom(state)) return [];
  return [...state.quotas.values()]
    .filter((breaker) => breaker.parked.peek() !== undefined && breaker.untilMs <= nowMs && liveProbe(breaker) === null)
    .map(({ token }) => token);
}

/** Returns the earliest time at which something about quotas is to be decided; Infinity for none. */
export function quotaTimer(state: RunState): number {
  let earliest = Infinity;
  const canProbe = state.phase.kind === 'working' && hasRoom(state);
  for (const breaker of state.quotas.values()) {
    const isWaitedFor = canProbe && breaker.parked.peek() !== undefined && liveProbe(breaker) === null;
    earliest = Math.min(earliest, throughAtMs(breaker), isWaitedFor ? breaker.untilMs : Infinity);
  }
  return earliest;
}

/** Decides what it means that another run was turned away. What is known already, or over, means nothing. */
export function decideQuotaSeen(
  state: RunState,
  { token, untilMs, runId }: Extract<Signal, { readonly kind: 'quota-seen' }>,
  nowMs: number,
): RunEvent[] {
  const { kind } = state.phase;
  if (kind === 'created' || kind === 'finished' || untilMs <= nowMs) return [];
  if ((state.quotas.get(token)?.untilMs ?? 0) >= untilMs) return [];
  return [{ type: 'quota.opened', token, untilMs, told: true, by: { runId } }];
}

/** Decides what it means that another run got through, of which this one had heard that it was turned away or tried. */
export function decideQuotaFreed(state: RunState, token: string): RunEvent[] {
  const { kind } = state.phase;
  const breaker = state.quotas.get(token);
  if (kind === 'created' || kind === 'finished' || breaker === undefined || !breaker.isHeard) return [];
  return liveProbe(breaker) === null ? [{ type: 'quota.closed', token }] : [];
}

/** Returns the quotas that are waited for because of another run: for hosts that look whether it got through. */
export function quotasHeard(state: RunState): readonly { readonly token: string; readonly untilMs: number }[] {
  if (state.phase.kind === 'created' || state.phase.kind === 'finished') return [];
  return [...state.quotas.values()].filter((breaker) => breaker.isHeard && liveProbe(breaker) === null);
}

/** Even a time that was told is not tried more often than this, doubled each time: clocks differ. */
const LEAST_WAIT_MS = 10_000;

/** When the next attempt may be made. What is told counts more than a guess; of two such times, the later. */
function nextTry(
  breaker: Breaker | undefined,
  { quota, failure }: { readonly quota: PlanQuota; readonly failure: QuotaFailure },
  { limitMs, nowMs }: { readonly limitMs: number; readonly nowMs: number },
): { readonly untilMs: number; readonly told: boolean } {
  const isOpen = breaker !== undefined && breaker.untilMs > nowMs;
  const growth = 2 ** Math.min(isOpen ? 0 : (breaker?.openings ?? 0), 30);
  if (failure.resetAtMs !== null) {
    const untilMs = Math.max(failure.resetAtMs, nowMs + Math.min(quota.waitMs, LEAST_WAIT_MS * growth));
    return { untilMs: isOpen && breaker.isTold ? Math.max(untilMs, breaker.untilMs) : untilMs, told: true };
  }
  if (isOpen) return { untilMs: breaker.untilMs, told: breaker.isTold };
  const guessMs = nowMs + quota.waitMs * growth;
  // A last try when its time is up is worth more than none.
  return { untilMs: limitMs > nowMs ? Math.min(guessMs, limitMs) : guessMs, told: false };
}

/** What is around it has failed already: that does not wait for hours. Whoever takes the run up again tries the step anew. */
function isInVain({ scope, spec }: StepState): boolean {
  return scope.ending !== null && !spec.isFailFastExempt;
}

function isKnown(breaker: Breaker | undefined, untilMs: number, told: boolean, nowMs: number): boolean {
  return breaker !== undefined && breaker.untilMs > nowMs && breaker.untilMs === untilMs && breaker.isTold === told;
}

function giveUp(state: RunState, step: StepState, { token, untilMs, isTold }: Breaker, { maxWaitMs }: PlanQuota): RunEvent[] {
  return fail(state, step, {
    kind: 'quota',
    token,
    resetAtMs: isTold ? untilMs : null,
    message: null,
    limitMs: maxWaitMs,
  });
}

function throughAtMs(breaker: Breaker): number {
  const probe = liveProbe(breaker);
  return probe === null || probe.stopping !== null ? Infinity : probe.startedAtMs + PROBE_MS;
}

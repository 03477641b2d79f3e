// A quota that is used up, as far as a run knows: one breaker for each token.
//
//                    a step is turned away, or another run tells of it
//     (no breaker) ─────────────────────────────────────────────────► open: nobody begins before `untilMs`
//          ▲                                                            │        ▲
//          │ quota.closed: it got through                     the time  │        │ quota.opened: turned away again,
//          │                                                            ▼        │ or a later time is known
//          └───────────────────────────────────────────── half open: one step is the probe
//
// Invariants: a step with the token begins only while there is no breaker, or as the probe of one that is half open; there is at
// most one probe; a step that waits here has no room of `max_parallel`.
// Not here: what is decided about it (decide/quota.ts), how events change it (apply/quota.ts).

import type { PlanQuota } from '@workflow-platform/core';
import { Heap } from './heap.ts';
import { isEarlierStep } from './step-order.ts';
import type { StepPhase } from './step-phase.ts';
import type { RunState, StepState } from './run-state.ts';

/** A quota that is used up, or was when it was last heard of. */
export interface Breaker {
  readonly token: string;
  untilMs: number;
  /** Somebody said so; otherwise `untilMs` is a guess. */
  isTold: boolean;
  /** It was another run that said so last. */
  isHeard: boolean;
  /** How often in a row a time was waited for. */
  openings: number;
  /** The attempt that began first when the time had come. */
  probe: { readonly step: StepState; readonly attempt: number } | null;
  /** Steps that wait for it, in the order in which one would be the probe. */
  readonly parked: Heap<Parked>;
  /** The same by the time after which they wait no longer. */
  readonly limits: Heap<Parked>;
}

/** A step that waits for quota; stale once it is in another phase. */
export interface Parked {
  readonly step: StepState;
  readonly phase: StepPhase;
  readonly limitMs: number;
}

/** So long a probe has to be at work to count as through: whoever is turned away learns it sooner. */
export const PROBE_MS = 60_000;

/** Makes a breaker that has not been opened yet. */
export function createBreaker(token: string): Breaker {
  return {
    token,
    untilMs: 0,
    isTold: false,
    isHeard: false,
    openings: 0,
    probe: null,
    parked: new Heap(isEarlierProbe),
    limits: new Heap((a, b) => a.limitMs < b.limitMs || (a.limitMs === b.limitMs && isEarlierStep(a.step, b.step))),
  };
}

/** Returns what the step needs quota of, or null. */
export function quotaOf(step: StepState): PlanQuota | null {
  const { plan } = step.spec;
  return plan.kind === 'attempt' ? (plan.quota ?? null) : null;
}

/** Returns the probe that is at work, or null. */
export function liveProbe({ probe }: Breaker): Extract<StepPhase, { readonly kind: 'running' }> | null {
  const phase = probe?.step.phase;
  return phase?.kind === 'running' && phase.attempt === probe?.attempt ? phase : null;
}

/** Returns whether the step's attempt is the one that shows whether there is quota again. */
export function isProbe(state: RunState, step: StepState): boolean {
  const breaker = state.quotas.get(quotaOf(step)?.token ?? '');
  return breaker !== undefined && breaker.probe?.step === step && liveProbe(breaker) !== null;
}

/** Returns the breaker that keeps the step from beginning, or null. */
export function heldBy(state: RunState, step: StepState, nowMs: number): Breaker | null {
  const breaker = state.quotas.get(quotaOf(step)?.token ?? '');
  if (breaker === undefined) return null;
  return breaker.untilMs > nowMs || liveProbe(breaker) !== null ? breaker : null;
}

/** Returns the time after which the step no longer waits for quota. */
export function waitLimitMs(step: StepState, quota: PlanQuota, nowMs: number): number {
  return (step.quotaSinceMs ?? nowMs) + quota.maxWaitMs;
}

/** What was begun is finished before something else begins. */
function isEarlierProbe(a: Parked, b: Parked): boolean {
  const [isBegunA, isBegunB] = [isBegun(a), isBegun(b)];
  return isBegunA === isBegunB ? isEarlierStep(a.step, b.step) : isBegunA;
}

function isBegun({ phase }: Parked): boolean {
  return phase.kind === 'parked' && phase.isBegun;
}

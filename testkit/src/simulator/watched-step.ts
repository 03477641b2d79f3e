// The monitor's own notion of steps, kept from the plan and the events alone, so that it shares no mistake with the scheduler.
// Not here: what is checked (run-monitor.ts).

import { childRef, itemRef } from '@workflow-platform/events';
import type { PlanStep } from '@workflow-platform/core';

export type SettledAs =
  | 'succeeded'
  | 'failed'
  | 'failed-allowed'
  | 'left-out'
  | 'skipped'
  | 'skipped-by-break'
  | 'skipped-for-good'
  | 'cancelled';

export interface WatchedStep {
  readonly ref: string;
  readonly plan: PlanStep;
  readonly scope: WatchedScope;
  /** The `foreach` of an item. */
  readonly container: WatchedStep | null;
  status: 'unstarted' | 'begun' | SettledAs;
  live: { readonly attempt: number; readonly startedAtMs: number; isStopping: boolean; readonly cancelCount: number } | null;
  lastAttempt: number;
  attemptsInOpening: number;
  session: string | null;
  /** The attempt that was live when the run was last taken up, 0 for none. */
  inheritedAttempt: number;
  /** Its last attempt was lost with the engine: another one follows at once, whatever the policy. */
  isLostWithEngine: boolean;
  retryAtMs: number | null;
  /** It waits for quota. */
  isParked: boolean;
  hasUnansweredFailure: boolean;
  untilMs: number | null;
  observing: string | null;
  /** Since it was last reset. */
  hasBegun: boolean;
  hasBegunAfterCancel: boolean;
  /** It had been tried before the run was taken up again. */
  wasTried: boolean;
  /** It had succeeded before the run was taken up again, whatever went wrong before it. */
  wasKept: boolean;
  /** Of one that is left out: the step whose failure is named for it. */
  leftOutFor: string | null;
  /** A cancel ended it or left it out. */
  wasCancelled: boolean;
  /** A retry has reopened it, it had succeeded before, and has not begun since. */
  mayCountAgain: boolean;
  /** A retry has reset it some day. */
  wasReset: boolean;
  /** Of a group or `foreach`: it has begun since it was last reset. */
  hasBody: boolean;
  /** Of a loop: its next turn is scheduled. */
  isPausing: boolean;
  /** Of a `foreach` with `fail_fast`. */
  hasFailedItem: boolean;
  /** Of a `foreach`. */
  items: WatchedStep[];
  /** Of a group: its steps, or those of its present turn. */
  turn: WatchedScope | null;
  iteration: number;
  turnsBefore: number;
  /** What its loop was compared by last. */
  progress: { readonly iteration: number; readonly value: string; readonly unchanged: number } | null;
  hasUsedUpTurns: boolean;
}

export interface WatchedScope {
  readonly owner: WatchedStep | null;
  readonly steps: Map<string, WatchedStep>;
  brokeBy: WatchedStep | null;
  hasFailure: boolean;
}

/** Makes the steps of a list. */
export function watchScope(owner: WatchedStep | null, steps: readonly PlanStep[], prefix: string): WatchedScope {
  const scope: WatchedScope = { owner, steps: new Map(), brokeBy: null, hasFailure: false };
  for (const plan of steps) scope.steps.set(plan.id, watchStep(childRef(prefix, plan.id), plan, scope, null));
  return scope;
}

/** Makes an item of a `foreach`. */
export function watchItem(container: WatchedStep, key: string): WatchedStep {
  return watchStep(itemRef(container.ref, key), container.plan, container.scope, container);
}

/** The ids of a step and of the groups around it, as a file would name it. */
export function pathOf({ plan, scope }: WatchedStep): string {
  return scope.owner === null ? plan.id : `${pathOf(scope.owner)}.${plan.id}`;
}

export function isSettled(step: WatchedStep): boolean {
  return step.status !== 'unstarted' && step.status !== 'begun';
}

export function isContainer(step: WatchedStep): boolean {
  return step.plan.foreach !== null && step.container === null;
}

/** The condition as its author wrote it. */
function written(when: string | null): string {
  return (when ?? '').replace(/^success\(\) && \((.*)\)$/s, '$1');
}

export function asksForStatus(step: WatchedStep): boolean {
  return /\b(always|failure|cancelled|success)\(\)/.test(written(step.plan.when));
}

export function survivesCancel(step: WatchedStep): boolean {
  return /\b(always|cancelled)\(\)/.test(written(step.plan.when));
}

/** The group or `foreach` around a step. */
export function around(step: WatchedStep): WatchedStep | null {
  return step.container ?? step.scope.owner;
}

/** The needs of a step, which items have not. */
export function needsOf(step: WatchedStep): WatchedStep[] {
  if (step.container !== null) return [];
  return step.plan.needs.map((id) => step.scope.steps.get(id) as WatchedStep);
}

/** Whether a step is settled, and so is all that it needs itself: one may be left out before what it needs has ended. */
export function isSettledThrough(step: WatchedStep): boolean {
  return isSettled(step) && (step.wasKept || step.hasBegun || needsOf(step).every(isSettledThrough));
}

/** Whether something the step needs, directly or further up, went wrong. */
export function hasBadNeeds(step: WatchedStep): boolean {
  if (step.wasKept) return false;
  return needsOf(step).some((need) => ['failed', 'left-out', 'cancelled'].includes(need.status) || hasBadNeeds(need));
}

function watchStep(ref: string, plan: PlanStep, scope: WatchedScope, container: WatchedStep | null): WatchedStep {
  return {
    ref,
    plan,
    scope,
    container,
    status: 'unstarted',
    live: null,
    lastAttempt: 0,
    attemptsInOpening: 0,
    session: null,
    inheritedAttempt: 0,
    isLostWithEngine: false,
    retryAtMs: null,
    isParked: false,
    hasUnansweredFailure: false,
    untilMs: null,
    observing: null,
    hasBegun: false,
    hasBegunAfterCancel: false,
    wasTried: false,
    wasKept: false,
    leftOutFor: null,
    wasCancelled: false,
    mayCountAgain: false,
    wasReset: false,
    hasBody: false,
    isPausing: false,
    hasFailedItem: false,
    items: [],
    turn: null,
    iteration: 0,
    turnsBefore: 0,
    progress: null,
    hasUsedUpTurns: false,
  };
}

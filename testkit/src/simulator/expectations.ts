// What the plan alone lets one expect of a step: how far a failure reaches, what a condition says, when it is tried again.
// Not here: watching that it happens (run-monitor.ts).

import type { StepStatus } from '@workflow-platform/events';
import type { PlanRetry } from '@workflow-platform/core';
import { around, asksForStatus, isContainer, needsOf, type WatchedStep } from './watched-step.ts';

/** A failure is a failure of what is around it for as long as that cannot but fail too. */
export function spreadFailure(failed: WatchedStep): void {
  for (let at: WatchedStep | null = failed; at !== null; at = at.scope.owner) {
    if (at.container !== null) {
      if (at.plan.foreach?.failFast !== true) return;
      at.container.hasFailedItem = true;
      at = at.container;
    }
    if (at.plan.onFailure !== 'fail-fast') return;
    at.scope.hasFailure = true;
  }
}

/** Whether no failure around the step keeps it from beginning. */
export function mayBeginAfterFailures(step: WatchedStep): boolean {
  if (step.container === null) return asksForStatus(step) || (!step.scope.hasFailure && mayGoOnInside(step.scope.owner));
  return !step.container.hasFailedItem && mayGoOn(step.container);
}

/** Whether no failure around a step that has begun keeps it from beginning with more. */
export function mayGoOn(step: WatchedStep): boolean {
  if (step.container !== null) return mayBeginAfterFailures(step);
  return asksForStatus(step) || (!step.scope.hasFailure && mayGoOnInside(step.scope.owner));
}

function mayGoOnInside(group: WatchedStep | null): boolean {
  return group === null || mayGoOn(group);
}

/** What the condition of a step says, for conditions that can be told without evaluating; null for others. */
export function expectedOf(step: WatchedStep, cancelCount: number): boolean | null {
  switch (step.plan.when) {
    case null:
    case 'always()':
      return true;
    case 'failure()':
      return hasFailedNeeds(step);
    case 'cancelled()':
      return cancelCount > 0;
    case 'always() && !cancelled()':
      return cancelCount === 0;
    default:
      return null;
  }
}

function hasFailedNeeds(step: WatchedStep): boolean {
  if (step.wasKept) return false;
  return needsOf(step).some((need) => need.status === 'failed' || hasFailedNeeds(need));
}

/** How a screen may show a step. */
export const shownAs: { readonly [Status in WatchedStep['status']]: readonly StepStatus[] } = {
  unstarted: ['waiting'],
  begun: ['running', 'retrying', 'needs-answer', 'needs-input'],
  succeeded: ['succeeded'],
  failed: ['failed'],
  'failed-allowed': ['failed-allowed'],
  'left-out': ['skipped'],
  skipped: ['skipped'],
  'skipped-by-break': ['skipped'],
  'skipped-for-good': ['skipped'],
  cancelled: ['cancelled'],
};

/** The least and the longest delay before another attempt. */
export function delayBounds({ backoff, initialMs, maxDelayMs, jitter }: PlanRetry, attemptCount: number): [number, number] {
  const growth = { constant: 1, linear: attemptCount, exponential: 2 ** (attemptCount - 1) }[backoff];
  const most = Math.min(initialMs * growth, maxDelayMs);
  return [jitter ? most / 2 : most, most];
}

/** Whether a failure of the step leaves the run unharmed. */
export function isAllowed(step: WatchedStep): boolean {
  for (let at: WatchedStep | null = step; at !== null; at = around(at)) if (at.plan.onFailure === 'continue') return true;
  return false;
}

/** Whether the step takes room of `max_parallel`. */
export function holdsSlot(step: WatchedStep): boolean {
  if (step.live !== null) return true;
  return step.plan.kind === 'attempt' && !isContainer(step) && (step.observing === 'when' || step.observing === 'before');
}

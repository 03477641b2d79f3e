// What waiting for quota does to the view of steps.
// Not here: who waits, and until when (scheduler).

import type { RunEvent } from './run-event.ts';
import type { RunView, StepView } from './view.ts';

/** Shows a step that waits for quota. */
export function applyParkedToStep(step: StepView, event: Extract<RunEvent, { readonly type: 'step.parked' }>): void {
  const { token, untilMs } = event;
  Object.assign(step, { status: 'parked', waiting: { kind: 'quota', token, untilMs }, nextAtMs: null });
}

/** Shows what becomes of the steps that wait for it; as many steps are looked at as there are. */
export function applyQuotaToSteps(
  steps: readonly StepView[],
  event: Extract<RunEvent, { readonly type: 'quota.opened' | 'quota.closed' }>,
  atMs: number,
): void {
  for (const step of steps) {
    if (step.waiting?.token !== event.token) continue;
    if (event.type === 'quota.opened') {
      step.waiting = { ...step.waiting, untilMs: event.untilMs };
      continue;
    }
    // What had not begun is considered anew.
    const isBegun = step.failure !== null;
    Object.assign(step, { status: isBegun ? 'retrying' : 'waiting', waiting: null, nextAtMs: isBegun ? atMs : null });
  }
}

/** Returns the first quota that a run waits for while nothing of it is at work; null when something is, or nothing waits so. */
export function quotaWaitOf({ run, steps }: RunView): StepView['waiting'] {
  if (run.finishedAtMs !== null) return null;
  let first: StepView['waiting'] = null;
  for (const { status, kind, waiting } of steps) {
    if (waiting !== null) {
      if (first === null || waiting.untilMs < first.untilMs) first = waiting;
      continue;
    }
    const isContainer = kind === 'group' || kind === 'loop' || kind === 'foreach';
    const isAtWork = status === 'running' || status === 'retrying' || status === 'needs-answer' || status === 'needs-input';
    if (isAtWork && !isContainer) return null;
  }
  return first;
}

// How the view of a step changes when it begins and when it is settled.
// Not here: because of which events (view.ts).

import type { StepStatus, StepView } from './view.ts';

/** Notes that a step has begun. */
export function begin(step: StepView, atMs: number): void {
  step.status = 'running';
  step.startedAtMs ??= atMs;
}

/** Notes what became of a step. */
export function settle(step: StepView, status: StepStatus, atMs: number): void {
  Object.assign(step, { status, finishedAtMs: atMs, stopping: null, nextAtMs: null, waiting: null, interactive: false });
  if (step.startedAtMs !== null) step.durationMs = Math.max(0, atMs - step.startedAtMs);
}

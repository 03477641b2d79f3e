// What a retry of a finished run does to the view: the steps that it names wait again, what they are in goes on.
// Not here: whether they are carried out again (scheduler), a plain resume (view-resume.ts).

import type { RetryRequest } from './reuse.ts';
import { isInside } from './step-ref.ts';
import { resetForResume } from './view-resume.ts';
import type { StepView } from './view.ts';

/** Resets the steps of a retry. Returns the references of those in which everything is made anew. */
export function resetForRetry(
  steps: readonly StepView[],
  index: ReadonlyMap<string, StepView>,
  { step: first, downstream, reopens }: RetryRequest & { readonly reopens: readonly string[] },
  atMs: number,
): readonly string[] {
  for (const step of steps) {
    if (!isInside(first, step.id)) continue;
    const startedAtMs = step.startedAtMs ?? atMs;
    Object.assign(step, { status: 'running', startedAtMs, finishedAtMs: null, durationMs: null, failure: null, reason: null });
  }
  if (downstream === 'all') resetForResume(steps, index);
  for (const ref of reopens) {
    const step = index.get(ref);
    if (step !== undefined) Object.assign(step, anew);
  }
  // The others may still turn out to be the same as before, with all that is in them.
  return downstream === 'all' ? reopens : [first];
}

const anew: Partial<StepView> = {
  status: 'waiting',
  startedAtMs: null,
  finishedAtMs: null,
  durationMs: null,
  exitCode: null,
  failure: null,
  reason: null,
  nextAtMs: null,
  question: null,
  answer: null,
  broke: false,
  isReused: false,
  cache: null,
};

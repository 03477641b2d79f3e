// What has to be looked up in the workspace before something can be decided?
// Not here: what follows from the answers (observed.ts), the decisions themselves (skip.ts, expand.ts, iterate.ts, break.ts).

import type { Question } from '@workflow-platform/core';
import type { ObservationPurpose, RunEvent } from '@workflow-platform/events';
import { isLoop } from '../apply/observation.ts';
import { isContainer } from '../apply/ready.ts';
import type { StepState } from '../run-state.ts';

/** Decides to ask for facts. */
export function requestObservation(step: StepState, purpose: ObservationPurpose, queries: readonly string[]): RunEvent[] {
  return [{ type: 'step.observation-requested', step: step.ref, purpose, queries }];
}

/** Returns what has to be noted of the files that a person is asked to edit, before they are. */
export function missingToAsk(step: StepState, { edit }: Question): readonly string[] {
  const known = step.facts?.get('ask');
  return (edit?.files ?? []).map((path) => `digest:${path}`).filter((query) => !known?.has(query));
}

/** Returns what has to be noted of the workspace before the step (or a turn of it) begins, for a later changed(). */
export function missingBefore(step: StepState): readonly string[] {
  const { watch, breakWhen } = step.spec.plan;
  if (watch.length === 0 || (isContainer(step) && breakWhen === null)) return [];
  const known = step.facts?.get(isLoop(step) ? 'next' : 'before');
  return watch.map((path) => `digest:${path}`).filter((query) => !known?.has(query));
}

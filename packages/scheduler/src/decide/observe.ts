// What has to be looked up in the workspace before something can be decided, and what follows when the answers come.
// Not here: the decisions themselves (skip.ts, expand.ts, iterate.ts, break.ts).

import type { ObservationPurpose, RunEvent } from '@workflow-platform/events';
import { isLoop } from '../apply/observation.ts';
import { isContainer } from '../apply/ready.ts';
import type { RunState, StepState } from '../run-state.ts';
import type { Signal } from '../signal.ts';
import { settledPhase } from '../step-phase.ts';
import { decideBreak } from './break.ts';

/** Decides to ask for facts. */
export function requestObservation(step: StepState, purpose: ObservationPurpose, queries: readonly string[]): RunEvent[] {
  return [{ type: 'step.observation-requested', step: step.ref, purpose, queries }];
}

/** Returns what has to be noted of the workspace before the step (or a turn of it) begins, for a later changed(). */
export function missingBefore(step: StepState): readonly string[] {
  const { watch, breakWhen } = step.spec.plan;
  if (watch.length === 0 || (isContainer(step) && breakWhen === null)) return [];
  const known = step.facts?.get(isLoop(step) ? 'next' : 'before');
  return watch.map((path) => `digest:${path}`).filter((query) => !known?.has(query));
}

/** Decides what follows from facts. A signal that answers not all, or what nobody asked (any more), is ignored. */
export function decideObserved(state: RunState, signal: Extract<Signal, { readonly kind: 'observed' }>): RunEvent[] {
  const { key, step: stepRef, purpose, facts } = signal;
  const step = state.steps.get(stepRef);
  if (step === undefined || step.phase.kind !== 'observing' || step.phase.purpose !== purpose) return [];
  if (key !== undefined && key !== step.phase.key) return [];
  const answered = new Map(facts.map((fact) => [fact.query, fact]));
  const asked = step.phase.queries.map((query) => answered.get(query)).filter((fact) => fact !== undefined);
  if (asked.length < step.phase.queries.length) return [];

  const observed: RunEvent = { type: 'step.observed', step: stepRef, purpose, facts: asked };
  const result = settledPhase(step)?.result;
  return result === undefined ? [observed] : [observed, ...decideBreak(state, step, result, asked)];
}

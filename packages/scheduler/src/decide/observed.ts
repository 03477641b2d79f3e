// What follows when facts of the workspace have come? They are recorded; the decision that asked for them is made next.
// Not here: which facts are asked for (observe.ts).

import type { RunEvent } from '@workflow-platform/events';
import type { RunState } from '../run-state.ts';
import type { Signal } from '../signal.ts';
import { settledPhase } from '../step-phase.ts';
import { decideBreak } from './break.ts';

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

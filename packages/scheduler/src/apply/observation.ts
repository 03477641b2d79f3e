// Records that a decision needs facts of the workspace, and the facts when they come.
// Not here: which facts a decision needs (evaluate.ts).

import { assert, type Fact, type ObservationPurpose, type RunEvent, unreachable } from '@workflow-platform/events';
import type { RunState, StepState } from '../run-state.ts';
import { isUnstarted, type ObservingPhase } from '../step-phase.ts';
import { alarm } from './attempt.ts';
import { freeSlot, holdScope, releaseScope, takeSlot } from './ready.ts';

type ObservationEvent = Extract<RunEvent, { readonly type: 'step.observation-requested' | 'step.observed' }>;

/** Records a request for facts, or their arrival. */
export function applyObservationEvent(state: RunState, step: StepState, event: ObservationEvent): void {
  const { phase } = step;
  const illegal = `\`${event.type}\` for \`${event.purpose}\` cannot happen to step \`${step.ref}\` while it is ${phase.kind}`;
  if (event.type === 'step.observed') {
    assert(phase.kind === 'observing' && phase.purpose === event.purpose, illegal);
    return endObserving(state, step, phase, event.facts);
  }
  assert(canObserve(step, event.purpose), illegal);
  state.observationCount += 1;
  const key = `${step.ref}?${event.purpose}#${state.observationCount}`;
  step.phase = { kind: 'observing', purpose: event.purpose, queries: event.queries, key, from: phase };
  state.agendas.active.add(step);
  if (event.purpose === 'break') holdScope(step.scope);
  else if (isUnstarted(step)) takeSlot(state, step);
}

function endObserving(state: RunState, step: StepState, { purpose, from }: ObservingPhase, facts: readonly Fact[]): void {
  step.facts ??= new Map();
  const place = purpose === 'before' && isLoop(step) ? 'next' : purpose;
  const known = step.facts.get(place) ?? new Map<string, Fact['answer']>();
  for (const fact of facts) known.set(fact.query, fact.answer);
  step.facts.set(place, known);
  state.agendas.active.delete(step);

  const wasUnstarted = isUnstarted(step);
  step.phase = wasUnstarted ? { kind: 'considered' } : from;
  if (wasUnstarted && step.item === null && step.scope.holdCount > 0) {
    freeSlot(state, step);
    step.phase = { kind: 'waiting', holds: step.scope.holdCount };
  }
  if (from.kind === 'between-turns') alarm(state, 'deadlines', step, from.atMs);
  else state.agendas.due.push(step);
  if (purpose === 'break') releaseScope(state, step.scope);
}

function canObserve(step: StepState, purpose: ObservationPurpose): boolean {
  const { phase } = step;
  const couldStart = isUnstarted(step) && phase.kind !== 'waiting' && phase.kind !== 'observing';
  switch (purpose) {
    case 'when':
    case 'items':
    case 'ask':
      return couldStart;
    case 'before':
      return couldStart || phase.kind === 'open' || phase.kind === 'between-turns';
    case 'until':
    case 'outputs':
      return phase.kind === 'open';
    case 'break':
      return phase.kind === 'settled';
    default:
      return unreachable(purpose);
  }
}

/** Returns whether what `changed()` compares with is noted before each turn instead of once. */
export function isLoop(step: StepState): boolean {
  const { plan } = step.spec;
  return plan.kind === 'group' && plan.repeat !== null && (plan.foreach === null || step.item !== null);
}

// Bookkeeping of what could start: needs that settle, room that is taken and given back, items that come up.
// Not here: which ready step starts (decide/start.ts).

import { assert } from '@workflow-platform/events';
import type { Agendas, RunState, Scope, StepState } from '../run-state.ts';
import { conclusionOf, isLeftOutForFailure } from '../step-result.ts';
import { type ExpandedPhase, settledPhase } from '../step-phase.ts';

/** Marks a step as able to start; its needs are all settled. */
export function makeReady(agendas: Agendas, step: StepState): void {
  if (step.item === null) noteNeeds(step);
  step.phase = { kind: 'ready' };
  const isSkippedAnyway = step.hasBadNeeds && !step.spec.isFailFastExempt;
  if (takesRoom(step) && !isSkippedAnyway) agendas.ready.push(step);
  else agendas.readySlotless.push(step);
}

/** Returns whether a start of the step takes room of `max_parallel`. */
export function takesRoom(step: StepState): boolean {
  return step.spec.plan.kind === 'attempt' && !isContainer(step);
}

/** Returns whether the step is a `foreach` (and not one of its items). */
export function isContainer(step: StepState): boolean {
  return step.item === null && step.spec.plan.foreach !== null;
}

export function takeSlot(state: RunState, step: StepState): void {
  if (step.hasSlot || !takesRoom(step)) return;
  assert(state.slotsTaken < state.plan.maxParallel, `there is no room to start step \`${step.ref}\``);
  step.hasSlot = true;
  state.slotsTaken += 1;
}

export function freeSlot(state: RunState, step: StepState): void {
  if (!step.hasSlot) return;
  step.hasSlot = false;
  state.slotsTaken -= 1;
}

/** Tells the steps that need this one that it is settled, unless it was left out before what it needs itself. */
export function releaseDependants(state: RunState, step: StepState): void {
  if (step.lateNeeds > 0) return;
  const settled = [step];
  for (let at = settled.pop(); at !== undefined; at = settled.pop()) {
    for (const index of at.spec.dependants) {
      const dependant = at.scope.steps[index] as StepState;
      if (releaseOnce(state, dependant)) settled.push(dependant);
    }
  }
}

/** Keeps what has not started in a turn from starting until a `break_when` is decided. */
export function holdScope(scope: Scope): void {
  scope.holdCount += 1;
  scope.tally.unsettled += 1;
  for (const step of scope.steps) {
    if (step.phase.kind === 'waiting') step.phase.holds += 1;
    else if (step.phase.kind === 'ready' || (step.phase.kind === 'parked' && !step.phase.isBegun))
      step.phase = { kind: 'waiting', holds: 1 };
    else if (step.lateNeeds > 0) step.lateNeeds += 1;
  }
}

/** Ends a hold. */
export function releaseScope(state: RunState, scope: Scope): void {
  scope.holdCount -= 1;
  for (const step of scope.steps) if (releaseOnce(state, step)) releaseDependants(state, step);
  countSettled(state, scope);
}

/** Counts one step of the scope as settled; the group is due when it was the last. */
export function countSettled(state: RunState, scope: Scope): void {
  scope.tally.unsettled -= 1;
  if (scope.tally.unsettled === 0 && scope.owner !== null) state.agendas.due.push(scope.owner);
}

/** Makes items ready in order while the `foreach` has room. */
export function admitItems(agendas: Agendas, body: ExpandedPhase, maxParallel: number | null): void {
  const limit = maxParallel ?? Infinity;
  while (body.next < body.items.length && body.inProgress < limit) {
    const item = body.items[body.next] as StepState;
    body.next += 1;
    if (item.phase.kind !== 'waiting') continue;
    body.inProgress += 1;
    makeReady(agendas, item);
  }
}

/** Returns whether it was the last thing that a step was waiting for which had been left out meanwhile. */
function releaseOnce(state: RunState, step: StepState): boolean {
  if (step.phase.kind === 'waiting') {
    step.phase.holds -= 1;
    if (step.phase.holds === 0) makeReady(state.agendas, step);
    return false;
  }
  if (step.lateNeeds === 0) return false;
  step.lateNeeds -= 1;
  if (step.lateNeeds > 0) return false;
  noteNeeds(step);
  return settledPhase(step) !== null;
}

/** Notes what became of all that a step needs. */
export function noteNeeds(step: StepState): void {
  step.hasBadNeeds = false;
  step.hasFailedNeeds = false;
  for (const index of step.spec.needs) {
    const need = step.scope.steps[index] as StepState;
    const result = settledPhase(need)?.result;
    assert(result !== undefined, `step \`${step.ref}\` is ready before \`${need.ref}\` is settled`);
    const conclusion = conclusionOf(result);
    const hasFailed = conclusion === 'failure';
    step.hasFailedNeeds ||= hasFailed || need.hasFailedNeeds;
    step.hasBadNeeds ||= hasFailed || conclusion === 'cancelled' || isLeftOutForFailure(result) || need.hasBadNeeds;
  }
}

// Records that a step is settled, and what that changes for its siblings, its group and its `foreach`.
// Not here: what it is settled as (decide/finish.ts), what is ended because of it (end.ts).

import { assert } from '@workflow-platform/events';
import type { RunState, StepState } from '../run-state.ts';
import { bodyOf, type ExpandedPhase, type OpenPhase, type StepResult, type Tally } from '../step-phase.ts';
import { admitItems, countSettled, freeSlot, releaseDependants } from './ready.ts';
import { endAfterFailure } from './end.ts';

/** Settles a step for good. `body` is what a step had in it whose result counts again. */
export function settle(
  state: RunState,
  step: StepState,
  result: StepResult,
  body: OpenPhase | ExpandedPhase | null = bodyOf(step),
): void {
  assert(step.phase.kind !== 'settled', `step \`${step.ref}\` is settled already`);
  const wasAdmitted = step.phase.kind !== 'waiting';
  if (step.phase.kind === 'waiting' && step.item === null) step.lateNeeds = step.phase.holds;
  step.phase = { kind: 'settled', result, body };
  // What is done is not gone on with: a step that is carried out once more begins anew.
  if (result.kind === 'succeeded') step.session = null;
  // What was noted before a turn is compared with again when a retry reopens something in it.
  if (result.kind === 'succeeded' && step.spec.plan.breakWhen === null && body === null) step.facts = null;
  freeSlot(state, step);
  state.agendas.active.delete(step);

  const isCancelled = result.kind === 'cancelled' || (result.kind === 'skipped' && result.reason.kind === 'cancelled');
  step.wasCancelled = isCancelled && state.cancelCount > 0;
  state.hasCancelledSteps ||= step.wasCancelled;
  if (result.kind === 'failed') (step.spec.failsRun && !result.allowed ? state.failed : state.allowedFailures).push(step.ref);
  if (step.item === null) {
    countResult(step.scope.tally, step, result);
    releaseDependants(state, step);
    countSettled(state, step.scope);
  } else {
    settleItem(state, step.item.of, step, result, wasAdmitted);
  }
  // A failure in spite of which a person goes on ends nothing, unlike one that the workflow allows: that still is one among items.
  const isOverlooked = result.kind === 'failed' && result.allowed && step.spec.plan.onFailure !== 'continue';
  if (result.kind === 'failed' && !isOverlooked) endAfterFailure(state, step);
}

/** Counts what became of a step of a group or an item of a `foreach`. */
export function countResult(tally: Tally, step: StepState, result: StepResult): void {
  switch (result.kind) {
    case 'succeeded':
      return;
    case 'failed':
      (result.allowed ? tally.allowed : tally.failed).push(step.ref);
      return;
    case 'cancelled':
      tally.hasCancelled = true;
      return;
    case 'skipped':
      if (result.reason.kind === 'cancelled') tally.hasCancelled = true;
      else if (result.reason.kind === 'fail-fast' || result.reason.kind === 'upstream') tally.leftOutFor ??= result.reason.step;
  }
}

function settleItem(state: RunState, container: StepState, step: StepState, result: StepResult, wasAdmitted: boolean): void {
  const body = container.phase;
  assert(body.kind === 'expanded', `item \`${step.ref}\` ended, but its \`foreach\` is ${body.kind}`);
  countResult(body.tally, step, result);
  body.tally.unsettled -= 1;
  if (wasAdmitted) body.inProgress -= 1;
  admitItems(state.agendas, body, container.spec.plan.foreach?.maxParallel ?? null);
  if (body.tally.unsettled === 0) state.agendas.due.push(container);
}

// Takes a finished run up again: all that did not succeed gets another chance, all that succeeded stays as it is.
// Not here: whether a run may be resumed (decide.ts).

import { assert } from '@workflow-platform/events';
import type { RunState, Scope, StepState } from '../run-state.ts';
import { type ExpandedPhase, openPhase, type OpenPhase, settledPhase, type Tally } from '../step-phase.ts';
import { endAfterBreak } from './end.ts';
import { emptyTally } from './open.ts';
import { admitItems, makeReady, noteNeeds } from './ready.ts';
import { countResult } from './settle.ts';

/** Resets every step that did not succeed. Groups, loops and `foreach` steps go on with the part of them that did not. */
export function reopen(state: RunState): void {
  assert(state.phase.kind === 'finished' && state.phase.status !== 'succeeded', 'a run that succeeded cannot be resumed');
  state.phase = { kind: 'preparing' };
  state.cancelCount = 0;
  state.hasCancelledSteps = false;
  const { due, stops, leaveOuts, ready, readySlotless, retries, deadlines } = state.agendas;
  for (const agenda of [due, stops, leaveOuts, ready, readySlotless, retries, deadlines]) agenda.clear();
  reopenScope(state, state.root);
  // What stays listed are allowed failures in turns of loops that are long over.
  state.failed = state.failed.filter((ref) => !state.steps.has(ref));
  state.allowedFailures = state.allowedFailures.filter((ref) => !state.steps.has(ref));
}

function reopenScope(state: RunState, scope: Scope): void {
  scope.failedFast = null;
  scope.ending = null;
  const brokenOff = scope.broke === null ? [] : scope.steps.filter((step) => settledPhase(step)?.result.kind === 'skipped');
  for (const step of scope.steps) {
    if (staysSettled(step)) forgetNeeds(step);
    else reopenStep(state, step);
  }
  recount(scope.tally, scope.steps);
  for (const step of scope.steps) {
    if (settledPhase(step) !== null) continue;
    const unsettled = step.spec.needs.filter((need) => settledPhase(scope.steps[need] as StepState) === null).length;
    if (step.phase.kind !== 'waiting') {
      // It goes on by itself, but what needs it sees whatever becomes of its own needs this time.
      step.lateNeeds = unsettled;
      if (unsettled === 0) noteNeeds(step);
      continue;
    }
    step.phase.holds = unsettled;
    if (unsettled === 0) makeReady(state.agendas, step);
  }
  // A break stays a break: of such a turn only what had failed is tried again.
  if (scope.broke !== null) endAfterBreak(state, scope.broke, brokenOff);
}

/** Whatever it was that had gone wrong before this step: it gets another chance, and the step has succeeded in spite of it. */
function forgetNeeds(step: StepState): void {
  step.lateNeeds = 0;
  step.hasBadNeeds = false;
  step.hasFailedNeeds = false;
}

function staysSettled(step: StepState): boolean {
  const settled = settledPhase(step);
  if (settled?.result.kind === 'succeeded') return true;
  return settled?.result.kind === 'skipped' && settled.result.reason.kind === 'break';
}

function reopenStep(state: RunState, step: StepState): void {
  // A run whose workspace could not be made ends with steps that are not settled.
  const settled = settledPhase(step);
  const body = settled === null ? (step.phase.kind === 'expanded' ? step.phase : openPhase(step)) : settled.body;
  step.attemptsBefore = step.attempt;
  step.begunAfterCancels = 0;
  forgetNeeds(step);
  if (body === null) {
    step.facts = null;
    step.phase = { kind: 'waiting', holds: 0 };
    return;
  }
  step.phase = body;
  if (body.kind === 'open')
    reopenGroup(state, step, body, settled?.result.kind === 'failed' && settled.result.failure.kind === 'iterations');
  else reopenItems(state, step, body);
  state.agendas.due.push(step);
}

function reopenGroup(state: RunState, step: StepState, { turn }: OpenPhase, hasUsedUpTurns: boolean): void {
  // A turn that is over is judged again, by fresh facts; those noted before it stay.
  const before = step.facts?.get('before');
  step.facts = before === undefined ? null : new Map([['before', before]]);
  if (turn === null) return;
  if (hasUsedUpTurns) step.turnsBefore = turn.iteration ?? 0;
  reopenScope(state, turn);
}

function reopenItems(state: RunState, step: StepState, body: ExpandedPhase): void {
  body.isAborted = false;
  for (const item of body.items) if (!staysSettled(item)) reopenStep(state, item);
  recount(body.tally, body.items);
  body.next = 0;
  body.inProgress = body.items.filter((item) => item.phase.kind === 'open').length;
  admitItems(state.agendas, body, step.spec.plan.foreach?.maxParallel ?? null);
}

function recount(tally: Tally, steps: readonly StepState[]): void {
  Object.assign(tally, emptyTally(0));
  for (const step of steps) {
    const settled = settledPhase(step);
    if (settled === null) tally.unsettled += 1;
    else countResult(tally, step, settled.result);
  }
}

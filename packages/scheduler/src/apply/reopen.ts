// Takes a finished run up again. A resume: all that did not succeed gets another chance, all that succeeded stays as it is. A retry
// also resets the steps that it names, and goes on inside of what they are in; with `changed` all else stays as it is, failures too.
//   reset     as if it had never begun; what it was before is remembered, so that its result may count again
//   goes on   a group, loop or list of which a part is done again
//   reopened  did not succeed: reset without a memory, or goes on
//   kept      stays settled
// Not here: whether a run may be taken up again (decide/resume.ts), which steps a retry names (decide/affected.ts).

import { assert, isInside, type RetryRequest } from '@workflow-platform/events';
import { markMixed, priorOf, rememberInputs } from '../prior.ts';
import type { RunState, Scope, StepState } from '../run-state.ts';
import { outerOf } from '../step-order.ts';
import { bodyOf, type ExpandedPhase, type OpenPhase, holdsCancelled, settledPhase, type Tally } from '../step-phase.ts';
import { endAfterBreak } from './end.ts';
import { dropForRetry, emptyTally, floorOfRepeated } from './open.ts';
import { admitItems, makeReady, noteNeeds } from './ready.ts';
import { forgetQuotaTimes } from './quota.ts';
import { countResult } from './settle.ts';

/** What is to be reopened beside, or instead of, what did not succeed. */
interface Reopening {
  readonly resets: ReadonlySet<StepState>;
  /** What is around the first of them. */
  readonly around: ReadonlySet<StepState>;
  /** Whatever did not succeed is reopened, too. */
  readonly unsuccessful: boolean;
}

/** Reopens the run; `retry` says which steps are to be reset, if any. */
export function reopen(state: RunState, retry: (RetryRequest & { readonly reopens: readonly string[] }) | null): void {
  assert(state.phase.kind === 'finished', 'only a run that is over can be reopened');
  assert(state.phase.status !== 'succeeded' || retry !== null, 'a run that succeeded cannot be resumed');
  const reopening = retry === null ? ofResume : ofRetry(state, retry);
  state.phase = { kind: 'preparing' };
  state.isReopened = true;
  state.cancelCount = 0;
  const { due, stops, leaveOuts, ready, readySlotless, retries, deadlines } = state.agendas;
  for (const agenda of [due, stops, leaveOuts, ready, readySlotless, retries, deadlines]) agenda.clear();
  forgetQuotaTimes(state);
  if (reopening.unsuccessful) rememberInputs(state);
  if (retry !== null) resetAll(state, retry, reopening.resets);
  reopenScope(state, state.root, reopening);
  state.hasCancelledSteps = state.root.steps.some(holdsCancelled);
  // What stays listed failed in what is long over, or is left as it was.
  const staysFailed = (ref: string): boolean => {
    const step = state.steps.get(ref);
    return step === undefined || settledPhase(step)?.result.kind === 'failed';
  };
  state.failed = state.failed.filter((ref) => state.steps.has(ref) && staysFailed(ref));
  state.allowedFailures = state.allowedFailures.filter(staysFailed);
}

const ofResume: Reopening = { resets: new Set(), around: new Set(), unsuccessful: true };

function ofRetry(
  state: RunState,
  { downstream, reopens }: { downstream: 'all' | 'changed'; reopens: readonly string[] },
): Reopening {
  const resets = reopens.map((ref) => state.steps.get(ref));
  const [first] = resets;
  assert(first !== undefined && !resets.includes(undefined), 'a retry names steps that are not there');
  const around = new Set<StepState>();
  for (let at = outerOf(first); at !== null; at = outerOf(at)) around.add(at);
  return { resets: new Set(resets as StepState[]), around, unsuccessful: downstream === 'all' };
}

/** What the steps had read is asked of all of them before the first is reset. */
function resetAll(
  state: RunState,
  { step: first, downstream }: { step: string; downstream: 'all' | 'changed' },
  resets: ReadonlySet<StepState>,
): void {
  const priors = new Map<StepState, StepState['prior']>();
  for (const step of resets) priors.set(step, downstream === 'changed' && step.ref !== first ? priorOf(state, step) : null);
  for (const [step, prior] of priors) {
    const { ref } = step;
    if (prior === null) {
      dropForRetry(state, step.prior?.body ?? null);
      dropForRetry(state, bodyOf(step));
    }
    // Those inside come back with a result that counts again.
    state.allowedFailures = state.allowedFailures.filter((failed) => failed !== ref && !isInside(failed, ref));
    state.failed = state.failed.filter((failed) => failed !== ref && !isInside(failed, ref));
    step.prior = prior;
    step.attemptFloor = floorOfRepeated(step);
    step.turnsBefore = 0;
    step.progress = null;
    forgetPast(step);
    step.isAskedFor = true;
    step.facts = null;
    step.phase = { kind: 'waiting', holds: 0 };
  }
}

function reopenScope(state: RunState, scope: Scope, reopening: Reopening): void {
  scope.failedFast = null;
  scope.ending = null;
  const { resets, around } = reopening;
  if (scope.broke !== null && (resets.has(scope.broke) || around.has(scope.broke))) scope.broke = null;
  const brokenOff = scope.broke === null ? [] : scope.steps.filter((step) => settledPhase(step)?.result.kind === 'skipped');
  for (const step of scope.steps) reopenOrKeep(state, step, reopening);
  recount(scope.tally, scope.steps);
  for (const step of scope.steps) {
    if (settledPhase(step) !== null) continue;
    const unsettled = step.spec.needs.filter((need) => isWaitedFor(scope.steps[need] as StepState)).length;
    if (step.phase.kind !== 'waiting') {
      // It goes on by itself, but what needs it sees whatever becomes of its own needs this time.
      step.lateNeeds = unsettled;
      if (unsettled === 0) noteNeeds(step);
      else markMixed(step);
      continue;
    }
    step.phase.holds = unsettled;
    if (unsettled === 0) makeReady(state.agendas, step);
  }
  // A break stays a break: of such a turn only what had failed is tried again.
  if (scope.broke !== null) endAfterBreak(state, scope.broke, brokenOff);
}

/** Also what stays left out since before its own needs were settled. */
function isWaitedFor(need: StepState): boolean {
  return settledPhase(need) === null || need.lateNeeds > 0;
}

function reopenOrKeep(state: RunState, step: StepState, reopening: Reopening): void {
  if (reopening.resets.has(step)) return;
  if (reopening.around.has(step)) return reopenStep(state, step, reopening);
  if (settledPhase(step) === null) return reopenStep(state, step, reopening);
  if (!reopening.unsuccessful) {
    // It may have been left out before what it needs was settled. That does not make it wait now, nor what needs it wait twice.
    step.lateNeeds = 0;
    return;
  }
  if (staysSettled(step)) forgetNeeds(step);
  else reopenStep(state, step, reopening);
}

/** Whatever it was that had gone wrong before this step: it gets another chance, and the step has succeeded in spite of it. */
function forgetNeeds(step: StepState): void {
  step.lateNeeds = 0;
  step.hasBadNeeds = false;
  step.hasFailedNeeds = false;
}

function forgetPast(step: StepState): void {
  step.attemptsBefore = step.attempt;
  step.begunAfterCancels = 0;
  step.quotaSinceMs = null;
  step.isPastBreakPoint = false;
  forgetNeeds(step);
}

function staysSettled(step: StepState): boolean {
  const settled = settledPhase(step);
  if (settled?.result.kind === 'succeeded') return true;
  if (settled?.result.kind !== 'skipped') return false;
  const { kind } = settled.result.reason;
  return kind === 'break' || kind === 'person' || kind === 'start-at';
}

function reopenStep(state: RunState, step: StepState, reopening: Reopening): void {
  // A run whose workspace could not be made ends with steps that are not settled.
  const settled = settledPhase(step);
  const body = bodyOf(step);
  forgetPast(step);
  if (body === null) {
    step.facts = null;
    step.phase = { kind: 'waiting', holds: 0 };
    return;
  }
  step.phase = body;
  const hasUsedUpTurns = settled?.result.kind === 'failed' && settled.result.failure.kind === 'iterations';
  if (body.kind === 'open') reopenGroup(state, step, body, hasUsedUpTurns, reopening);
  else reopenItems(state, step, body, reopening);
  state.agendas.due.push(step);
}

function reopenGroup(state: RunState, step: StepState, { turn }: OpenPhase, hasUsedUpTurns: boolean, reopening: Reopening): void {
  // A turn that is over is judged again, by fresh facts; those noted before it stay.
  const before = step.facts?.get('before');
  step.facts = before === undefined ? null : new Map([['before', before]]);
  step.progress = null;
  if (turn === null) return;
  if (hasUsedUpTurns) step.turnsBefore = turn.iteration ?? 0;
  reopenScope(state, turn, reopening);
}

function reopenItems(state: RunState, step: StepState, body: ExpandedPhase, reopening: Reopening): void {
  body.isAborted = false;
  for (const item of body.items) reopenOrKeep(state, item, reopening);
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

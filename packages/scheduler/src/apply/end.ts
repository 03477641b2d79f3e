// Notes which steps a failure, a cancel or a break ends: attempts to stop, steps to leave out. decide() turns the notes into
// events one by one.
// Not here: which steps are spared (decide/fail-fast.ts, decide/cancel.ts).

import type { SkipReason } from '@workflow-platform/events';
import { survivesCancel } from '../decide/cancel.ts';
import { survivesFailure } from '../decide/fail-fast.ts';
import type { Ending, RunState, Scope, StepState } from '../run-state.ts';
import { isUnstarted, openPhase } from '../step-phase.ts';

/** Why steps end, and which of those that have not started are spared. */
interface Sweep extends Ending {
  spares(step: StepState): boolean;
}

/**
 * Notes what a failure ends. It spreads outwards for as long as it is certain to fail what is around it: up to a group with
 * `on_failure = "continue"`, or a `foreach` whose items are independent.
 */
export function endAfterFailure(state: RunState, failed: StepState): void {
  const reason: SkipReason = { kind: 'fail-fast', step: failed.ref };
  let step: StepState | null = failed;
  while (step !== null) {
    // What the failure of an item means for the others does not depend on what it means for the run.
    if (step.item !== null) {
      if (!step.spec.plan.foreach?.failFast) return;
      abortItems(state, step.item.of, { reason, stop: reason, spares: (other) => survivesCancel(other, 1) });
    }
    if (step.spec.plan.onFailure !== 'fail-fast' || step.scope.failedFast !== null) return;
    endScope(state, step.scope, { reason, stop: null, spares: survivesFailure });
    step = step.scope.owner;
  }
}

/** Notes what a cancel ends: everything but what always() and cancelled() spare, and at the second time everything. */
export function endAfterCancel(state: RunState): void {
  const { cancelCount } = state;
  endScope(state, state.root, {
    reason: { kind: 'cancelled' },
    stop: { kind: 'cancel' },
    spares: (step) => survivesCancel(step, cancelCount),
  });
}

/** Notes what is left out of a turn that a `break_when` ended: whatever has not started. */
export function endAfterBreak(state: RunState, broke: StepState, among: readonly StepState[] = broke.scope.steps): void {
  for (const step of among) if (isUnstarted(step)) leaveOut(state, step, { kind: 'break', step: broke.ref });
}

function abortItems(state: RunState, container: StepState, sweep: Sweep): void {
  if (container.phase.kind !== 'expanded' || container.phase.isAborted) return;
  container.phase.isAborted = true;
  for (const item of container.phase.items) endStep(state, item, sweep);
}

function endScope(state: RunState, scope: Scope, sweep: Sweep): void {
  if (sweep.reason.kind === 'fail-fast') scope.failedFast ??= sweep.reason.step;
  // A cancel is not taken back by a failure that comes after it.
  if (scope.ending === null || scope.ending.stop === null) scope.ending = { reason: sweep.reason, stop: sweep.stop };
  for (const step of scope.steps) endStep(state, step, sweep);
}

function endStep(state: RunState, step: StepState, sweep: Sweep): void {
  const { phase } = step;
  if (isUnstarted(step)) {
    if (!sweep.spares(step)) leaveOut(state, step, sweep.reason);
    return;
  }
  switch (phase.kind) {
    case 'running':
      if (sweep.stop !== null && phase.stopping === null) state.agendas.stops.push({ step, phase, reason: sweep.stop });
      return;
    case 'backing-off':
    case 'paused':
      if (sweep.stop !== null) leaveOut(state, step, sweep.reason);
      return;
    case 'parked':
    case 'awaiting-answer':
      if (sweep.stop === null && step.spec.isFailFastExempt) return;
      leaveOut(state, step, sweep.reason);
      return;
    case 'expanded':
      if (sweep.stop === null && step.spec.isFailFastExempt) return;
      for (const item of phase.items) endStep(state, item, sweep);
      return;
    default: {
      const open = openPhase(step);
      // What was started in spite of a failure is not ended by another one.
      if (open === null || (sweep.stop === null && step.spec.isFailFastExempt)) return;
      if (open.turn !== null) endScope(state, open.turn, sweep);
      // Also while it is noted what the next turn will be compared with.
      const from = phase.kind === 'observing' ? phase.from : phase;
      if (from.kind === 'between-turns') leaveOut(state, step, sweep.reason);
    }
  }
}

function leaveOut(state: RunState, step: StepState, reason: SkipReason): void {
  state.agendas.leaveOuts.push({ step, phase: step.phase, reason });
}

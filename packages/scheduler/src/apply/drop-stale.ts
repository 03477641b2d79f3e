// Keeps the front of every agenda true, so that decide() and effectsDue() only ever look at fronts and change nothing.
// Not here: what an entry leads to (decide.ts).

import { type Alarm, type RunState, type StepState } from '../run-state.ts';
import { isUnstarted } from '../step-phase.ts';

/** Drops entries that no longer fit the state from the fronts. Every entry is dropped once, so this costs O(log n) an event. */
export function dropStale(state: RunState): void {
  const { due, stops, leaveOuts, ready, readySlotless, retries, deadlines } = state.agendas;
  due.pruneHead((step) => !isDue(step));
  stops.pruneHead(({ step, phase }) => step.phase !== phase);
  leaveOuts.pruneHead(({ step, phase }) => step.phase !== phase && !isUnstarted(step));
  ready.pruneTop(isNotReady);
  readySlotless.pruneTop(isNotReady);
  retries.pruneTop(isOver);
  deadlines.pruneTop(isOver);
  for (const { parked, limits } of state.quotas.values()) {
    parked.pruneTop(isOver);
    limits.pruneTop(isOver);
  }
}

/** Returns whether something about the step has to be decided now, whatever the time. */
export function isDue({ phase }: StepState): boolean {
  switch (phase.kind) {
    case 'considered':
    case 'attempt-failed':
      return true;
    case 'open':
      return phase.turn === null || phase.turn.tally.unsettled === 0;
    case 'expanded':
      return phase.tally.unsettled === 0;
    default:
      return false;
  }
}

function isNotReady(step: StepState): boolean {
  return step.phase.kind !== 'ready';
}

function isOver({ step, phase }: Pick<Alarm, 'step' | 'phase'>): boolean {
  return step.phase !== phase;
}

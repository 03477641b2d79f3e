// Records the request of another process while no engine drives the run: only what was asked for, nothing that follows from it.
// Not here: driving the run (advance.ts), what a request does (decide/answer.ts, decide/cancel.ts).

import type { RunEvent } from '@workflow-platform/events';
import { apply } from './apply.ts';
import { decideSignal } from './decide.ts';
import type { RunState } from './run-state.ts';
import type { Signal } from './signal.ts';

/** Signals that other processes may send. */
export type ControlSignal = Extract<Signal, { readonly kind: 'answered' | 'cancel' | 'unreadable-request' }>;

/**
 * Returns the events of the signal itself and records them in the state. What follows from them is decided by whoever takes the
 * run up, with its `resume`: nothing may start before an engine is there to carry it out.
 */
export function recordRequest(state: RunState, signal: ControlSignal, nowMs: number): RunEvent[] {
  const events = decideSignal(state, signal, nowMs);
  for (const event of events) apply(state, event, nowMs);
  return events;
}

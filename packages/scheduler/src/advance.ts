// One step of a host: all that follows from a signal, decided and recorded.
// Not here: writing the events to the journal and performing effects (the host does both, in this order).

import type { RunEvent } from '@workflow-platform/events';
import { apply } from './apply.ts';
import { decide } from './decide.ts';
import type { RunState } from './run-state.ts';
import type { Signal } from './signal.ts';

/** Returns all events that follow from a signal, in order, and records them in the state (in place, as apply() does). */
export function advance(state: RunState, signal: Signal, nowMs: number, chance: () => number): RunEvent[] {
  const events: RunEvent[] = [];
  let next = signal;
  for (;;) {
    const decided = decide(state, next, nowMs, chance);
    if (decided.length === 0) return events;
    for (const event of decided) {
      apply(state, event, nowMs);
      events.push(event);
    }
    next = { kind: 'tick' };
  }
}

// The scheduler as the simulator sees it, so that a planted bug can take the place of a part of it.
// Not here: the scheduler.

import type { EventEnvelope } from '@workflow-platform/events';
import type { Plan } from '@workflow-platform/core';
import { advance, apply, createRunState, decide, effectsDue, foldRun, type RunState } from '@workflow-platform/scheduler';
import type { RunEvent } from '@workflow-platform/events';
import type { Signal } from '@workflow-platform/scheduler';

/** The parts that a planted bug may replace. */
export interface SchedulerParts {
  decide: typeof decide;
  apply: typeof apply;
  effectsDue: typeof effectsDue;
}

export interface SchedulerUnderTest extends SchedulerParts {
  create(plan: Plan, runId: string): RunState;
  advance(state: RunState, signal: Signal, nowMs: number, chance: () => number): RunEvent[];
  fold(plan: Plan, envelopes: readonly EventEnvelope[]): RunState;
}

/** More consequences of one signal than any simulated run has. */
const CONSEQUENCES_MAX = 20_000;

/** The scheduler as it is. */
export const realScheduler: SchedulerUnderTest = { decide, apply, effectsDue, create: createRunState, advance, fold: foldRun };

/** Returns the scheduler with some parts replaced. */
export function schedulerWith(replaced: Partial<SchedulerParts>): SchedulerUnderTest {
  const parts: SchedulerParts = { decide, apply, effectsDue, ...replaced };
  return {
    ...parts,
    create: createRunState,
    advance(state, signal, nowMs, chance) {
      const events: RunEvent[] = [];
      for (let next = signal; ; next = { kind: 'tick' }) {
        const decided = parts.decide(state, next, nowMs, chance);
        if (decided.length === 0) return events;
        for (const event of decided) {
          parts.apply(state, event, nowMs);
          events.push(event);
        }
        if (events.length > CONSEQUENCES_MAX) throw new Error('one signal has consequences without end');
      }
    },
    fold(plan, envelopes) {
      const state = createRunState(plan, envelopes[0]?.runId ?? '');
      for (const { event, atMs } of envelopes) parts.apply(state, event, atMs);
      return state;
    },
  };
}

// Finds out where a run stands and what has to be told to the scheduler first.
// Not here: going on from there (run-host.ts).

import { UserError } from '@workflow-platform/events';
import type { RunEvent } from '@workflow-platform/events';
import { createRunState, effectsDue, apply, foldRun } from '@workflow-platform/scheduler';
import type { RunState, Signal } from '@workflow-platform/scheduler';
import type { AttemptEffect, RunningAttempt } from './attempt/run-attempt.ts';
import type { RunOptions } from './run-options.ts';

export interface RecoveredRun {
  readonly state: RunState;
  /** Number of the last event in the journal. */
  readonly seq: number;
  /** Events in the journal. */
  readonly events: readonly RunEvent[];
  /** Applied events that are not in the journal yet. */
  readonly records: readonly RunEvent[];
  readonly signals: readonly Signal[];
  /** Attempts that the last engine had under way. */
  readonly orphans: readonly AttemptEffect[];
}

/** Returns the state to go on from, and the signals to begin with. */
export function recover({ runId, plan, ports, start, engine }: RunOptions): RecoveredRun {
  if (start.kind === 'new') {
    const state = apply(createRunState(plan, runId), start.created, ports.clock.nowMs());
    return { state, seq: 0, events: [], records: [start.created], signals: [{ kind: 'start', engine }], orphans: [] };
  }
  const envelopes = ports.journal.readEvents(runId);
  if (envelopes.length === 0) throw new UserError('run-unknown', `there is no run ${runId} in the history`, { exitCode: 3 });
  const state = foldRun(plan, envelopes);
  const events = envelopes.map(({ event }) => event);
  const orphans = effectsDue(state).filter((effect) => effect.kind === 'attempt');
  const signals: Signal[] = [{ kind: 'resume', engine, by: start.by }];
  return { state, seq: envelopes.length, events, records: [], signals, orphans };
}

/**
 * Stands for attempts of a dead engine until nothing of them is left. Here is the place to adopt one that still runs, or to take
 * the result of one that ended meanwhile; an attempt of which neither can be had is lost.
 */
export function abandon(gone: Promise<void>): RunningAttempt {
  const failure = { kind: 'lost', message: 'the engine that had started it ended before it did' } as const;
  return {
    ended: gone.then(() => ({ kind: 'failed', failure, exitCode: null, durationMs: 0 })),
    stop: () => {},
  };
}

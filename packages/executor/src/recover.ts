// Finds out where a run stands and what has to be told to the scheduler first.
// Requests that were made while no engine was there are taken in first.
// Not here: going on from there (run-host.ts), attempts of earlier engines (attempt/slots-left.ts).

import { UserError } from '@workflow-platform/events';
import type { RunEvent } from '@workflow-platform/events';
import { apply, createRunState, effectsDue, foldRun, isFinished } from '@workflow-platform/scheduler';
import type { RunState, Signal } from '@workflow-platform/scheduler';
import type { AttemptEffect } from './attempt/running-attempt.ts';
import { takeInRequests } from './requests/record-requests.ts';
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
export function recover({ runId, plan, ports, start, engine, paths }: RunOptions): RecoveredRun {
  if (start.kind === 'new') {
    const state = apply(createRunState(plan, runId), start.created, ports.clock.nowMs());
    return { state, seq: 0, events: [], records: [start.created], signals: [{ kind: 'start', engine }], orphans: [] };
  }
  const envelopes = ports.journal.readEvents(runId);
  if (envelopes.length === 0) throw new UserError('run-unknown', `there is no run ${runId} in the history`, { exitCode: 3 });
  const state = foldRun(plan, envelopes);
  // Before anything else is decided: what was asked for in time counts, also when its engine comes late.
  const { events: records } = isFinished(state) ? { events: [] } : takeInRequests(state, paths.runFolder, ports.clock.nowMs());
  const events = envelopes.map(({ event }) => event);
  const orphans = effectsDue(state).filter((effect) => effect.kind === 'attempt');
  const signals: Signal[] = [{ ...start, engine }];
  return { state, seq: envelopes.length, events, records, signals, orphans };
}

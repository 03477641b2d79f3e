// Takes in requests while no engine drives the run: an answer is recorded by whoever gave it, and nothing is carried out.
// Not here: requests to a run that is driven (request-desk.ts).

import type { EventEnvelope, RunEvent } from '@workflow-platform/events';
import type { Plan } from '@workflow-platform/core';
import { foldRun, isFinished, recordRequest, type RunState } from '@workflow-platform/scheduler';
import type { JournalPort } from '../ports.ts';
import { signalOf } from './control-request.ts';
import { readRequests, removeRequest, removeRequests } from './request-folder.ts';

export interface RecordRequestsOptions {
  readonly runId: string;
  readonly plan: Plan;
  readonly journal: JournalPort;
  readonly runFolder: string;
  readonly nowMs: number;
}

/** Records all requests that lie there, and says whether there were any; those to a run that is over go away. The caller holds the run's lock. */
export function recordRequests({ runId, plan, journal, runFolder, nowMs }: RecordRequestsOptions): boolean {
  const past = journal.readEvents(runId);
  const state = foldRun(plan, past);
  if (isFinished(state)) {
    removeRequests(runFolder);
    return false;
  }
  const { events, ids } = takeInRequests(state, runFolder, nowMs);
  const envelopes = events.map((event, index): EventEnvelope => ({ runId, seq: past.length + 1 + index, atMs: nowMs, event }));
  journal.append(envelopes);
  for (const id of ids) removeRequest(runFolder, id);
  return events.length > 0;
}

/** Returns the events of all requests that lie there, applied but not in the journal yet, and their ids. */
export function takeInRequests(
  state: RunState,
  runFolder: string,
  nowMs: number,
): { readonly events: readonly RunEvent[]; readonly ids: readonly string[] } {
  const requests = readRequests(runFolder);
  const events = requests.flatMap((request) => recordRequest(state, signalOf(request), nowMs));
  return { events, ids: requests.map(({ id }) => id) };
}

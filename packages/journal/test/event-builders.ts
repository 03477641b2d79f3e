// Events as short as tests want them.

import type { EventEnvelope, RunEvent } from '@workflow-platform/events';

type Created = RunEvent & { readonly type: 'run.created' };

/** Returns the first event of a run. */
export function created(changes: Partial<Created> = {}): Created {
  return {
    type: 'run.created',
    workflow: { id: 'review', version: '1.2.0', name: 'Review' },
    source: '/repo/workflow.toml',
    fileDigest: 'f'.repeat(64),
    planDigest: 'd'.repeat(64),
    params: {},
    by: { user: 'ana', host: 'desk', cwd: '/repo' },
    parent: null,
    workspaceId: null,
    ...changes,
  };
}

/** Returns the event that ends a run. */
export function finished(status: 'succeeded' | 'failed' | 'cancelled' = 'succeeded'): RunEvent {
  return { type: 'run.finished', status, failed: [], allowedFailures: [] };
}

/** Returns the events as the consecutive ones of a run, the first with the number `firstSeq`, a second apart. */
export function inOrder(runId: string, events: readonly RunEvent[], firstSeq = 1): EventEnvelope[] {
  return events.map((event, index) => ({ runId, seq: firstSeq + index, atMs: (firstSeq + index) * 1000, event }));
}

/** Returns a step's success. */
export function succeeded(step: string): RunEvent {
  return { type: 'step.succeeded', step, attempt: 1, exitCode: 0, durationMs: 5, outputs: {} };
}

export const STARTED: RunEvent = { type: 'run.started', engine: { version: '0.1.0', host: 'desk', pid: 7 } };

// One row a run, for lists: a fold of the run's events, kept beside them in the same transaction.
// Not here: what happened to each step (the events say it).

import type { EventEnvelope, RunEvent } from '@workflow-platform/events';

/** How far a run is. `queued`: asked for, no engine took it up yet. */
export type RunStatus = 'queued' | 'running' | 'cancelling' | 'succeeded' | 'failed' | 'cancelled';

/** What a list of runs shows of one. */
export interface RunRow {
  readonly id: string;
  readonly workflow: { readonly id: string; readonly version: string | null; readonly name: string | null };
  readonly status: RunStatus;
  readonly createdMs: number;
  readonly startedMs: number | null;
  readonly finishedMs: number | null;
  readonly by: { readonly user: string; readonly host: string; readonly cwd: string };
  readonly source: string;
  readonly parent: { readonly runId: string; readonly step: string } | null;
  /** Path of the run's workspace while there is one. */
  readonly workspacePath: string | null;
  readonly planDigest: string;
  readonly counts: StepCounts;
}

/**
 * How many steps ended in which way, turns and items counted one by one. A group, loop or `foreach` that ended as what is in it
 * ended does not count beside that; one that was cancelled or left out does, as its event does not tell whether it had begun.
 */
export interface StepCounts {
  readonly succeeded: number;
  readonly failed: number;
  /** Failed, but were allowed to. */
  readonly allowedFailures: number;
  /** Left out by their own conditions. */
  readonly skipped: number;
  /** Left out because something else failed or the run was cancelled. */
  readonly unreached: number;
  readonly cancelled: number;
}

const NONE: StepCounts = { succeeded: 0, failed: 0, allowedFailures: 0, skipped: 0, unreached: 0, cancelled: 0 };

/** Returns the row that a run begins with. */
export function firstRunRow(envelope: EventEnvelope, event: RunEvent & { readonly type: 'run.created' }): RunRow {
  return {
    id: envelope.runId,
    workflow: event.workflow,
    status: 'queued',
    createdMs: envelope.atMs,
    startedMs: null,
    finishedMs: null,
    by: event.by,
    source: event.source,
    parent: event.parent,
    workspacePath: null,
    planDigest: event.planDigest,
    counts: NONE,
  };
}

/** Returns the row after one more event: the same object when the event does not show in it. */
export function applyToRunRow(row: RunRow, { atMs, event }: EventEnvelope): RunRow {
  switch (event.type) {
    case 'run.started':
      return { ...row, status: row.status === 'cancelling' ? 'cancelling' : 'running', startedMs: atMs };
    case 'run.resumed':
      // After a crash every count goes on. A run that was over is opened again: all that did not succeed settles anew.
      return {
        ...row,
        // A cancel outlives the engine that was to carry it out.
        status: row.finishedMs === null && row.status === 'cancelling' ? 'cancelling' : 'running',
        finishedMs: null,
        counts: row.finishedMs === null ? row.counts : { ...NONE, succeeded: row.counts.succeeded },
      };
    case 'run.cancel-requested':
      return row.finishedMs === null ? { ...row, status: 'cancelling' } : row;
    case 'run.finished':
      return { ...row, status: event.status, finishedMs: atMs };
    case 'workspace.created':
    case 'workspace.reused':
      return { ...row, workspacePath: event.workspace.path };
    case 'workspace.removed':
      return { ...row, workspacePath: null };
    default: {
      const kind = countedAs(event);
      return kind === null ? row : { ...row, counts: { ...row.counts, [kind]: row.counts[kind] + 1 } };
    }
  }
}

/** Returns as what an event counts; null for one that settles no step, or only what holds others. */
export function countedAs(event: RunEvent): keyof StepCounts | null {
  switch (event.type) {
    case 'step.answered':
      return event.approved && event.missing === undefined ? 'succeeded' : null;
    case 'step.succeeded':
      // 0: it only held others, or somebody answered it.
      return event.attempt === 0 ? null : 'succeeded';
    case 'step.reused':
      return event.attempt === 0 ? null : 'succeeded';
    case 'step.failed':
      return event.failure.kind === 'children' ? null : event.allowed ? 'allowedFailures' : 'failed';
    case 'step.cancelled':
      return 'cancelled';
    case 'step.skipped':
      return SETTLED_BY_ITSELF.has(event.reason.kind) ? 'skipped' : 'unreached';
    default:
      return null;
  }
}

const SETTLED_BY_ITSELF: ReadonlySet<string> = new Set(['condition', 'break', 'no-items', 'person', 'start-at']);

// How a run's row lies in the table `runs`.
// Not here: what the row says (run-row.ts), its table (schema.ts).

import type { SQLOutputValue } from 'node:sqlite';

import type { RunRow, RunStatus } from './run-row.ts';

type Column = string | number | null;

/** Takes `runIdentityColumns`, then `runProgressColumns`. */
export const INSERT_RUN = `
  INSERT INTO runs (
    id, workflow_id, workflow_version, workflow_name, created_ms, user, host, cwd, source, parent_run_id, parent_step, plan_digest,
    status, started_ms, finished_ms, workspace_path,
    steps_succeeded, steps_failed, steps_allowed, steps_skipped, steps_unreached, steps_cancelled
  ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

/** Takes `runProgressColumns`, then the id. */
export const UPDATE_RUN = `
  UPDATE runs SET status = ?, started_ms = ?, finished_ms = ?, workspace_path = ?,
    steps_succeeded = ?, steps_failed = ?, steps_allowed = ?, steps_skipped = ?, steps_unreached = ?, steps_cancelled = ?
  WHERE id = ?`;

/** Takes `runCountColumns`, then the id. Most appends change only these; naming the status would rewrite its index. */
export const UPDATE_COUNTS = `
  UPDATE runs SET
    steps_succeeded = ?, steps_failed = ?, steps_allowed = ?, steps_skipped = ?, steps_unreached = ?, steps_cancelled = ?
  WHERE id = ?`;

/** Takes the id. */
export const SELECT_RUN = 'SELECT * FROM runs WHERE id = ?';

/** Returns what never changes, in the order of INSERT_RUN. */
export function runIdentityColumns({ id, workflow, createdMs, by, source, parent, planDigest }: RunRow): Column[] {
  const { user, host, cwd } = by;
  return [
    id,
    workflow.id,
    workflow.version,
    workflow.name,
    createdMs,
    user,
    host,
    cwd,
    source,
    parent?.runId ?? null,
    parent?.step ?? null,
    planDigest,
  ];
}

/** Returns what moves with the run, in the order of INSERT_RUN and UPDATE_RUN. */
export function runProgressColumns(row: RunRow): Column[] {
  return [row.status, row.startedMs, row.finishedMs, row.workspacePath, ...runCountColumns(row)];
}

/** Returns what moves with every step. */
export function runCountColumns({ counts }: RunRow): Column[] {
  const { succeeded, failed, allowedFailures, skipped, unreached, cancelled } = counts;
  return [succeeded, failed, allowedFailures, skipped, unreached, cancelled];
}

/** Says whether two rows of a run differ in their counts alone. */
export function differInCountsOnly(a: RunRow, b: RunRow): boolean {
  return (
    a.status === b.status && a.startedMs === b.startedMs && a.finishedMs === b.finishedMs && a.workspacePath === b.workspacePath
  );
}

/** Returns the row that the columns hold. */
export function runFromColumns(columns: Record<string, SQLOutputValue>): RunRow {
  const parentRunId = textOrNull(columns, 'parent_run_id');
  return {
    id: text(columns, 'id'),
    workflow: {
      id: text(columns, 'workflow_id'),
      version: textOrNull(columns, 'workflow_version'),
      name: textOrNull(columns, 'workflow_name'),
    },
    status: text(columns, 'status') as RunStatus,
    createdMs: number(columns, 'created_ms'),
    startedMs: numberOrNull(columns, 'started_ms'),
    finishedMs: numberOrNull(columns, 'finished_ms'),
    by: { user: text(columns, 'user'), host: text(columns, 'host'), cwd: text(columns, 'cwd') },
    source: text(columns, 'source'),
    parent: parentRunId === null ? null : { runId: parentRunId, step: text(columns, 'parent_step') },
    workspacePath: textOrNull(columns, 'workspace_path'),
    planDigest: text(columns, 'plan_digest'),
    counts: {
      succeeded: number(columns, 'steps_succeeded'),
      failed: number(columns, 'steps_failed'),
      allowedFailures: number(columns, 'steps_allowed'),
      skipped: number(columns, 'steps_skipped'),
      unreached: number(columns, 'steps_unreached'),
      cancelled: number(columns, 'steps_cancelled'),
    },
  };
}

function text(columns: Record<string, SQLOutputValue>, name: string): string {
  return String(columns[name]);
}

function textOrNull(columns: Record<string, SQLOutputValue>, name: string): string | null {
  return columns[name] === null ? null : text(columns, name);
}

function number(columns: Record<string, SQLOutputValue>, name: string): number {
  return Number(columns[name]);
}

function numberOrNull(columns: Record<string, SQLOutputValue>, name: string): number | null {
  return columns[name] === null ? null : number(columns, name);
}

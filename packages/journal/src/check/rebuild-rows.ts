// Makes what is derived from the events of runs again: rows of lists, of artifacts and of open questions. Events, plans and what was pruned when
// stay as they are. Each run in a transaction of its own, folded inside of it, so that engines may write meanwhile and a crash
// leaves no run half done.
// Not here: finding out what is wrong (check-history.ts).

import type { DatabaseSync } from 'node:sqlite';

import { closeKeepingLog, openForWriting } from '../history-file.ts';
import { replaceQuestions } from '../question-rows.ts';
import { INSERT_RUN, UPDATE_RUN, runIdentityColumns, runProgressColumns } from '../run-columns.ts';
import type { RunRow } from '../run-row.ts';
import { explainHistoryFailure } from '../sqlite-error.ts';
import { historyFileIn } from '../state-paths.ts';
import { inTransaction } from '../transaction.ts';
import { foldStoredRun } from './fold-stored-run.ts';

const DELETE_STALE_ARTIFACT = 'DELETE FROM artifacts WHERE run_id = ? AND name = ? AND path = ?';
const UPSERT_ARTIFACT = `
  INSERT INTO artifacts (run_id, name, path, digest, size_bytes, retain_until_ms) VALUES (?, ?, ?, ?, ?, ?)
  ON CONFLICT (run_id, name, path) DO UPDATE SET
    digest = excluded.digest, size_bytes = excluded.size_bytes, retain_until_ms = excluded.retain_until_ms`;
const UPDATE_IDENTITY = `
  UPDATE runs SET workflow_id = ?, workflow_version = ?, workflow_name = ?, created_ms = ?, user = ?, host = ?, cwd = ?, source = ?,
    parent_run_id = ?, parent_step = ?, plan_digest = ?
  WHERE id = ?`;

/** Makes the rows of these runs again. */
export function rebuildRows(folder: string, runIds: readonly string[]): void {
  const file = historyFileIn(folder);
  try {
    const database = openForWriting(file);
    try {
      for (const runId of runIds) inTransaction(database, file, () => rebuildRow(database, runId));
    } finally {
      closeKeepingLog(database, file);
    }
  } catch (cause) {
    throw explainHistoryFailure(cause, file);
  }
}

function rebuildRow(database: DatabaseSync, runId: string): void {
  const { row, artifacts, questions } = foldStoredRun(database, runId);
  replaceQuestions(database, runId, row === null ? [] : questions.values());
  if (row === null) {
    database.prepare('DELETE FROM runs WHERE id = ?').run(runId);
    database.prepare('DELETE FROM artifacts WHERE run_id = ?').run(runId);
    return;
  }
  writeRow(database, row);
  for (const stored of database.prepare('SELECT name, path FROM artifacts WHERE run_id = ?').all(runId)) {
    const { name, path } = stored as { name: string; path: string };
    if (!artifacts.has(`${name}\0${path}`)) database.prepare(DELETE_STALE_ARTIFACT).run(runId, name, path);
  }
  for (const { name, path, digest, sizeBytes, retainUntilMs } of artifacts.values())
    database.prepare(UPSERT_ARTIFACT).run(runId, name, path, digest, sizeBytes, retainUntilMs);
}

function writeRow(database: DatabaseSync, row: RunRow): void {
  const [id, ...identity] = runIdentityColumns(row);
  if (database.prepare('SELECT 1 FROM runs WHERE id = ?').get(row.id) === undefined) {
    database.prepare(INSERT_RUN).run(id!, ...identity, ...runProgressColumns(row));
    return;
  }
  database.prepare(UPDATE_IDENTITY).run(...identity, row.id);
  database.prepare(UPDATE_RUN).run(...runProgressColumns(row), row.id);
}

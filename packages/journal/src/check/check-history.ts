// Looks a history over: is the file whole, and does what is derived from events agree with them? Changes nothing.
// Not here: putting right what is derived (rebuild-rows.ts), files beside the history (check-blobs.ts).

import { statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';

import { UserError } from '@workflow-platform/events';

import { openForReading } from '../history-file.ts';
import { explainHistoryFailure, primaryCode } from '../sqlite-error.ts';
import { historyFileIn } from '../state-paths.ts';
import { whenItsTurn } from '../wait-for-turn.ts';
import { differencesIn } from './fold-stored-run.ts';

/** Something that is not as it should be. */
export interface HistoryFinding {
  readonly code:
    | 'history-damaged'
    | 'history-unreadable'
    | 'events-missing'
    | 'event-unreadable'
    | 'events-without-row'
    | 'row-without-events'
    | 'row-wrong'
    | 'artifacts-wrong'
    | 'questions-wrong'
    | 'artifacts-without-run'
    | 'plan-missing';
  readonly runId: string | null;
  readonly what: string;
  readonly toDo: string;
  /** It is derived from events that are there: `rebuildRows` puts it right. */
  readonly isDerived: boolean;
}

/** What there is, and what is wrong with it. */
export interface HistoryReport {
  readonly file: string;
  /** False where there is no history yet. */
  readonly isThere: boolean;
  readonly schemaVersion: number | null;
  readonly sizeBytes: number;
  /** Of the write-ahead log beside it. */
  readonly logBytes: number;
  /** Room in the file that nothing takes up. */
  readonly freeBytes: number;
  readonly runs: number;
  readonly events: number;
  readonly plans: number;
  readonly plansUnused: number;
  /** Runs whose rows were compared with their events. */
  readonly runsFolded: number;
  readonly findings: readonly HistoryFinding[];
}

const DAMAGES_MAX = 10;
const FOLDED_MAX = 1000;
const LOGIC_ERROR = 1;
const RESTORE = 'restore the history from a backup (`workflow doctor --backup` makes them), or move it away to start a new one';

/** Checks the history of a state folder; `full` compares every index with its table and folds every run, not only the latest. */
export function checkHistory(folder: string, { full }: { readonly full: boolean }): HistoryReport {
  const file = historyFileIn(folder);
  const sizes = { file, sizeBytes: sizeOf(file), logBytes: sizeOf(`${file}-wal`) };
  const counts = { freeBytes: 0, runs: 0, events: 0, plans: 0, plansUnused: 0, runsFolded: 0 };
  const nothing = { ...sizes, ...counts, isThere: false, schemaVersion: null };
  let database: DatabaseSync | null = null;
  try {
    database = openForReading(file);
    if (database === null) return { ...nothing, findings: [] };
    beginLook(database, file);
    const damages = damagesIn(database, full);
    if (damages !== null && damages.length > 0) return { ...nothing, isThere: true, findings: damages };
    // The check itself stumbled over an event: all are looked at, to say over which.
    return { ...sizes, isThere: true, ...look(database, full || damages === null) };
  } catch (cause) {
    const told = explainHistoryFailure(cause, file);
    if (!(told instanceof UserError)) throw told;
    return { ...nothing, isThere: true, findings: [unreadable(told)] };
  } finally {
    database?.close();
  }
}

/** One look at one moment, whatever is written meanwhile. */
function beginLook(database: DatabaseSync, file: string): void {
  database.exec('BEGIN');
  whenItsTurn(database, file, () => pragma(database, 'schema_version'));
}

type Look = Omit<HistoryReport, 'file' | 'isThere' | 'sizeBytes' | 'logBytes'>;

function look(database: DatabaseSync, full: boolean): Look {
  const findings: HistoryFinding[] = [];
  const withRow = new Set(column(database, 'SELECT id FROM runs'));
  const withEvents = new Set<string>();
  let events = 0;
  const perRun = database.prepare(
    'SELECT run_id, count(*) AS count, min(seq) AS least, max(seq) AS most FROM events GROUP BY run_id',
  );
  for (const row of perRun.iterate()) {
    const { run_id: runId, count, least, most } = row as { run_id: string; count: number; least: number; most: number };
    events += count;
    withEvents.add(runId);
    if (least !== 1 || most !== count) findings.push(gap(runId, `${count} of ${most}`));
    else if (!withRow.has(runId)) findings.push(withoutRow(runId));
  }
  for (const runId of withRow) if (!withEvents.has(runId)) findings.push(withoutEvents(runId));
  const broken = new Set(findings.map(({ runId }) => runId));
  for (const runId of column(database, 'SELECT DISTINCT run_id FROM artifacts'))
    if (!withEvents.has(runId)) findings.push(artifactsAlone(runId));
  const planless = 'SELECT id FROM runs WHERE NOT EXISTS (SELECT 1 FROM plans WHERE digest = plan_digest)';
  for (const runId of column(database, planless)) if (!broken.has(runId)) findings.push(withoutPlan(runId));
  const folded = [...withRow]
    .sort()
    .reverse()
    .slice(0, full ? undefined : FOLDED_MAX);
  for (const runId of folded) if (!broken.has(runId)) findings.push(...wrongRows(database, runId));
  return {
    schemaVersion: pragma(database, 'user_version'),
    freeBytes: pragma(database, 'freelist_count') * pragma(database, 'page_size'),
    runs: withRow.size,
    events,
    plans: Number(database.prepare('SELECT count(*) AS count FROM plans').get()?.['count']),
    plansUnused: column(database, 'SELECT digest FROM plans WHERE NOT EXISTS (SELECT 1 FROM runs WHERE plan_digest = digest)')
      .length,
    runsFolded: folded.length,
    findings,
  };
}

/** Returns what SQLite finds wrong with the file, or null when it cannot tell because the text of an event is no JSON. */
function damagesIn(database: DatabaseSync, full: boolean): readonly HistoryFinding[] | null {
  const sql = `PRAGMA ${full ? 'integrity_check' : 'quick_check'}(${DAMAGES_MAX})`;
  let lines: readonly string[];
  try {
    lines = column(database, sql);
  } catch (cause) {
    if (primaryCode(cause) === LOGIC_ERROR) return null;
    throw cause;
  }
  return lines
    .filter((line) => line !== 'ok')
    .flatMap((line) => line.split('\n'))
    .map((line) => ({ code: 'history-damaged', runId: null, what: line, toDo: RESTORE, isDerived: false }));
}

function wrongRows(database: DatabaseSync, runId: string): readonly HistoryFinding[] {
  const differences = differencesIn(database, runId);
  if (differences === 'unreadable')
    return [
      { code: 'event-unreadable', runId, what: `an event of run ${runId} cannot be read`, toDo: RESTORE, isDerived: false },
    ];
  const { row, artifacts, questions } = differences;
  const findings: HistoryFinding[] = [];
  if (row !== null)
    findings.push({
      ...derived(runId),
      code: 'row-wrong',
      what: `the list of runs says otherwise than the events of run ${runId}: ${row}`,
    });
  if (artifacts !== null)
    findings.push({
      ...derived(runId),
      code: 'artifacts-wrong',
      what: `the list of artifacts says otherwise than the events of run ${runId}: ${artifacts}`,
    });
  if (questions !== null)
    findings.push({
      ...derived(runId),
      code: 'questions-wrong',
      what: `the list of questions says otherwise than the events of run ${runId}: ${questions}`,
    });
  return findings;
}

function derived(runId: string) {
  return { runId, toDo: '`workflow doctor --repair` makes it again from the events', isDerived: true };
}

function gap(runId: string, what: string): HistoryFinding {
  return { code: 'events-missing', runId, what: `run ${runId} has ${what} of its events`, toDo: RESTORE, isDerived: false };
}

function withoutRow(runId: string): HistoryFinding {
  return { ...derived(runId), code: 'events-without-row', what: `run ${runId} has events and is in no list` };
}

function withoutEvents(runId: string): HistoryFinding {
  const toDo = `${RESTORE}; \`workflow doctor --repair\` takes it off the list`;
  return { code: 'row-without-events', runId, what: `run ${runId} is listed and has no events`, toDo, isDerived: true };
}

function artifactsAlone(runId: string): HistoryFinding {
  return { ...derived(runId), code: 'artifacts-without-run', what: `artifacts of run ${runId} are listed, and it has no events` };
}

function withoutPlan(runId: string): HistoryFinding {
  return {
    code: 'plan-missing',
    runId,
    what: `run ${runId} has no plan`,
    toDo: `${RESTORE}; it cannot be resumed as it is`,
    isDerived: false,
  };
}

function unreadable({ code, message, hint }: UserError): HistoryFinding {
  const isDamage = code === 'history-damaged';
  return {
    code: isDamage ? code : 'history-unreadable',
    runId: null,
    what: message,
    toDo: isDamage ? RESTORE : (hint ?? RESTORE),
    isDerived: false,
  };
}

function column(database: DatabaseSync, sql: string): string[] {
  return database
    .prepare(sql)
    .all()
    .map((row) => String(Object.values(row)[0]));
}

function pragma(database: DatabaseSync, name: string): number {
  return Number(database.prepare(`PRAGMA ${name}`).get()?.[name]);
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

// The history of all runs: their events in order, their plans, a row a run for lists, and what they kept as artifacts.
// Not here: output bytes and artifacts themselves (files), who may drive a run (lock.ts).

import type { DatabaseSync, StatementSync } from 'node:sqlite';

import { UserError, assert } from '@workflow-platform/events';
import type { EventEnvelope, RunEvent } from '@workflow-platform/events';

import type { ExpectedBlob } from './check/check-blobs.ts';
import { closeKeepingLog, openForReading, openForWriting } from './history-file.ts';
import { countsOf } from './counts-of.ts';
import { SELECT_QUESTIONS, questionChange, questionFromColumns, writeQuestions } from './question-rows.ts';
import type { QuestionRow } from './question-rows.ts';
import { applyToRunRow, firstRunRow } from './run-row.ts';
import type { RunRow, RunStatus } from './run-row.ts';
import {
  INSERT_RUN,
  SELECT_RUN,
  UPDATE_COUNTS,
  UPDATE_RUN,
  differInCountsOnly,
  runCountColumns,
  runFromColumns,
  runIdentityColumns,
  runProgressColumns,
} from './run-columns.ts';
import { explainHistoryFailure } from './sqlite-error.ts';
import { historyFileIn } from './state-paths.ts';
import { PATIENCE, whenItsTurn } from './wait-for-turn.ts';
import type { Patience } from './wait-for-turn.ts';

/** A kept artifact, as the history knows it. */
export interface ArtifactRow {
  readonly name: string;
  /** Path inside the workspace it came from, `/` between components. */
  readonly path: string;
  readonly digest: string;
  readonly sizeBytes: number;
  readonly retainUntilMs: number | null;
  /** When its file was given up; null while it is kept. */
  readonly prunedMs: number | null;
}

/** Which runs to list, newest first. */
export interface RunQuery {
  readonly limit: number;
  readonly workflow?: string;
  readonly status?: RunStatus;
  /** Goes on after this run: the last id of the page before. */
  readonly before?: string;
}

/** The history. Everything is synchronous; what `append` was given is on the disk when it returns. */
export interface History {
  /** Appends in one transaction. Throws a UserError when it cannot; then nothing was appended. */
  append(envelopes: readonly EventEnvelope[]): void;
  /** Returns the events of a run in order, those after `afterSeq` if given; none for an unknown run. */
  readEvents(runId: string, afterSeq?: number): readonly EventEnvelope[];
  /** Keeps the run's plan. Before the run's first event it waits for that event's transaction: a plan without a run is of no use. */
  savePlan(runId: string, planJson: string): void;
  /** Returns the plan as it was saved. */
  readPlan(runId: string): string;
  readRun(runId: string): RunRow | null;
  listRuns(query: RunQuery): readonly RunRow[];
  /** Returns the id that `text` means: a full id, the beginning of exactly one, or `@` for the latest run that no other run started. */
  resolveRun(text: string): string;
  /** Returns the latest run that a step of another run has started, or null. */
  latestRunOf(parent: { readonly runId: string; readonly step: string }): string | null;
  artifactsOf(runId: string): readonly ArtifactRow[];
  /** Returns when the logs of a run that is kept were pruned, or null. */
  logsPrunedMs(runId: string): number | null;
  /** Returns what the store of artifacts should hold: each file that some run keeps, once. */
  keptFiles(): readonly ExpectedBlob[];
  /** Returns the ids of all runs, in order. */
  runIds(): readonly string[];
  /** Returns what waits for people, over all runs; costs as much as there are questions, however many runs there are. */
  openQuestions(limit: number): readonly QuestionRow[];
  /** Returns a number that changes when somebody else wrote. */
  dataVersion(): number;
  close(): void;
}

/** Opens the history in a state folder. Opened for reading it makes nothing, and is empty where there is no history. */
export function openHistory({ folder, mode, patience = PATIENCE }: HistoryOptions): History {
  return new SqliteHistory(historyFileIn(folder), mode, patience);
}

/** Which history, and what for. */
export interface HistoryOptions {
  readonly folder: string;
  readonly mode: 'write' | 'read';
  /** How long others may be in the way. */
  readonly patience?: Patience;
}

// Sort after every run id.
const AFTER_ANY_ID = '~';
const CANDIDATES_MAX = 5;

const INSERT_EVENT = 'INSERT INTO events (run_id, seq, at_ms, body) VALUES (?, ?, ?, ?)';
const SELECT_EVENTS = 'SELECT seq, at_ms, body FROM events WHERE run_id = ? AND seq > ? ORDER BY seq';
const SELECT_LAST_SEQ = 'SELECT max(seq) AS seq FROM events WHERE run_id = ?';
const INSERT_PLAN = 'INSERT INTO plans (digest, body) VALUES (?, ?) ON CONFLICT (digest) DO NOTHING';
const SELECT_PLAN = 'SELECT plans.body FROM runs JOIN plans ON plans.digest = runs.plan_digest WHERE runs.id = ?';
const SELECT_KEPT_FILES = `
  SELECT digest, max(size_bytes) AS sizeBytes, max(run_id) AS runId FROM artifacts WHERE pruned_ms IS NULL
  GROUP BY digest ORDER BY digest`;
const SELECT_LOGS_PRUNED = 'SELECT logs_pruned_ms FROM runs WHERE id = ?';
const SELECT_BY_PREFIX = `SELECT id FROM runs WHERE id >= ? AND id < ? ORDER BY id LIMIT ${CANDIDATES_MAX + 1}`;
const SELECT_LATEST = 'SELECT id FROM runs WHERE parent_run_id IS NULL ORDER BY id DESC LIMIT 1';
const SELECT_LATEST_OF_STEP = 'SELECT id FROM runs WHERE parent_run_id = ? AND parent_step = ? ORDER BY id DESC LIMIT 1';
const INSERT_ARTIFACT = `
  INSERT INTO artifacts (run_id, name, path, digest, size_bytes, retain_until_ms) VALUES (?, ?, ?, ?, ?, ?)
  ON CONFLICT (run_id, name, path) DO UPDATE SET
    digest = excluded.digest, size_bytes = excluded.size_bytes, retain_until_ms = excluded.retain_until_ms, pruned_ms = NULL`;
const SELECT_ARTIFACTS = `
  SELECT name, path, digest, size_bytes AS sizeBytes, retain_until_ms AS retainUntilMs, pruned_ms AS prunedMs FROM artifacts
  WHERE run_id = ? ORDER BY name, path`;

/** What is remembered of a run that this process appends to. */
interface Tail {
  readonly seq: number;
  readonly row: RunRow;
  /** Its counts are made anew when it ends. */
  readonly isRetried: boolean;
}

class SqliteHistory implements History {
  readonly #file: string;
  readonly #mode: 'write' | 'read';
  readonly #patience: Patience;
  #database: DatabaseSync | null;
  readonly #statements = new Map<string, StatementSync>();
  readonly #tails = new Map<string, Tail>();
  readonly #pendingPlans = new Map<string, string>();
  #versionOfTails = 0;
  #isClosed = false;

  constructor(file: string, mode: 'write' | 'read', patience: Patience) {
    this.#file = file;
    this.#mode = mode;
    this.#patience = patience;
    this.#database = this.#guard(() => (mode === 'write' ? openForWriting(file) : openForReading(file)));
  }

  append(envelopes: readonly EventEnvelope[]): void {
    assert(this.#mode === 'write', 'a history opened for reading is not appended to');
    if (envelopes.length === 0) return;
    this.#transact(() => {
      const tails = new Map<string, Tail>();
      for (const envelope of envelopes) {
        const before = tails.get(envelope.runId) ?? this.#tailOf(envelope.runId);
        tails.set(envelope.runId, this.#appendOne(envelope, before));
      }
      for (const [runId, { row }] of tails) this.#writeRow(row, this.#tails.get(runId)?.row ?? null);
      return tails;
    });
  }

  #appendOne(envelope: EventEnvelope, before: Tail | null): Tail {
    const { runId, seq, atMs, event } = envelope;
    const row = before === null ? rowOfNew(envelope) : applyToRunRow(before.row, envelope);
    assert(seq === (before?.seq ?? 0) + 1, `event ${seq} of run ${runId} follows event ${before?.seq ?? 0}`);
    this.#statement(INSERT_EVENT).run(runId, seq, atMs, JSON.stringify(event));
    if (event.type === 'artifact.stored') this.#insertArtifact(runId, event);
    const change = questionChange(atMs, event);
    if (change !== null) writeQuestions((sql) => this.#statement(sql), runId, change);
    const isRetried = before?.isRetried === true || (event.type === 'run.resumed' && event.retry !== undefined);
    const isRecounted = isRetried && (event.type === 'run.resumed' || event.type === 'run.finished');
    return { seq, row: isRecounted ? { ...row, counts: countsOf(this.#eventsOf(runId)) } : row, isRetried };
  }

  #eventsOf(runId: string): RunEvent[] {
    return this.readEvents(runId).map(({ event }) => event);
  }

  #writeRow(row: RunRow, before: RunRow | null): void {
    if (row === before) return;
    if (before !== null) {
      if (differInCountsOnly(before, row)) this.#statement(UPDATE_COUNTS).run(...runCountColumns(row), row.id);
      else this.#statement(UPDATE_RUN).run(...runProgressColumns(row), row.id);
      return;
    }
    this.#statement(INSERT_RUN).run(...runIdentityColumns(row), ...runProgressColumns(row));
    const plan = this.#pendingPlans.get(row.id);
    if (plan !== undefined) this.#statement(INSERT_PLAN).run(row.planDigest, plan);
  }

  #insertArtifact(runId: string, { name, path, digest, sizeBytes, retainUntilMs }: RunEvent & { type: 'artifact.stored' }): void {
    this.#statement(INSERT_ARTIFACT).run(runId, name, path, digest, sizeBytes, retainUntilMs);
  }

  #tailOf(runId: string): Tail | null {
    const known = this.#tails.get(runId);
    if (known !== undefined) return known;
    const row = this.readRun(runId);
    if (row === null) return null;
    const { seq } = this.#statement(SELECT_LAST_SEQ).get(runId) as { seq: number };
    const isRetried = this.#eventsOf(runId).some((event) => event.type === 'run.resumed' && event.retry !== undefined);
    const tail = { seq, row, isRetried };
    this.#tails.set(runId, tail);
    return tail;
  }

  readEvents(runId: string, afterSeq = 0): readonly EventEnvelope[] {
    const rows = this.#read(SELECT_EVENTS, (statement) => statement.all(runId, afterSeq)) ?? [];
    return rows.map((row) => {
      const { seq, at_ms: atMs, body } = row as { seq: number; at_ms: number; body: string };
      return { runId, seq, atMs, event: JSON.parse(body) as RunEvent };
    });
  }

  savePlan(runId: string, planJson: string): void {
    assert(this.#mode === 'write', 'a history opened for reading keeps no plan');
    const row = this.#tails.get(runId)?.row ?? this.readRun(runId);
    if (row === null) this.#pendingPlans.set(runId, planJson);
    else this.#guard(() => this.#patiently(() => this.#statement(INSERT_PLAN).run(row.planDigest, planJson)));
  }

  readPlan(runId: string): string {
    const pending = this.#pendingPlans.get(runId);
    if (pending !== undefined) return pending;
    const row = this.#read(SELECT_PLAN, (statement) => statement.get(runId)) as { body: string } | undefined | null;
    if (row) return row.body;
    throw this.readRun(runId) === null
      ? runNotFound(runId)
      : new UserError('plan-missing', `the history has no plan for run ${runId}`, { hint: 'start the workflow anew' });
  }

  readRun(runId: string): RunRow | null {
    const columns = this.#read(SELECT_RUN, (statement) => statement.get(runId));
    return columns ? runFromColumns(columns) : null;
  }

  listRuns({ limit, workflow, status, before = AFTER_ANY_ID }: RunQuery): readonly RunRow[] {
    const conditions = ['id < ?'];
    const values = [before];
    if (workflow !== undefined) {
      conditions.push('workflow_id = ?');
      values.push(workflow);
    }
    if (status !== undefined) {
      conditions.push('status = ?');
      values.push(status);
    }
    const sql = `SELECT * FROM runs WHERE ${conditions.join(' AND ')} ORDER BY id DESC LIMIT ?`;
    return (this.#read(sql, (statement) => statement.all(...values, limit)) ?? []).map(runFromColumns);
  }

  latestRunOf({ runId, step }: { readonly runId: string; readonly step: string }): string | null {
    const row = this.#read(SELECT_LATEST_OF_STEP, (statement) => statement.get(runId, step));
    return row === undefined || row === null ? null : String(row['id']);
  }

  resolveRun(text: string): string {
    if (text === '@') return this.#latestRun();
    const found =
      text === '' ? [] : (this.#read(SELECT_BY_PREFIX, (statement) => statement.all(text, text + AFTER_ANY_ID)) ?? []);
    const ids = found.map((row) => String(row['id']));
    const [first] = ids;
    if (first === undefined) throw runNotFound(text);
    if (ids.length === 1 || first === text) return first;
    const more = ids.length > CANDIDATES_MAX ? ' and others' : '';
    throw new UserError(
      'run-ambiguous',
      `\`${text}\` is the beginning of several runs: ${ids.slice(0, CANDIDATES_MAX).join(', ')}${more}`,
      {
        hint: 'type more of the id',
        exitCode: 2,
      },
    );
  }

  #latestRun(): string {
    const row = this.#read(SELECT_LATEST, (statement) => statement.get());
    if (row) return String(row['id']);
    throw new UserError('run-not-found', 'there is no run yet', { hint: 'start one with `workflow run`', exitCode: 3 });
  }

  artifactsOf(runId: string): readonly ArtifactRow[] {
    const rows = this.#read(SELECT_ARTIFACTS, (statement) => statement.all(runId)) ?? [];
    return rows.map((row) => ({ ...row }) as unknown as ArtifactRow);
  }

  keptFiles(): readonly ExpectedBlob[] {
    const rows = this.#read(SELECT_KEPT_FILES, (statement) => statement.all()) ?? [];
    return rows.map((row) => ({ ...row }) as unknown as ExpectedBlob);
  }

  runIds(): readonly string[] {
    return (this.#read('SELECT id FROM runs ORDER BY id', (statement) => statement.all()) ?? []).map((row) => String(row['id']));
  }

  logsPrunedMs(runId: string): number | null {
    const row = this.#read(SELECT_LOGS_PRUNED, (statement) => statement.get(runId));
    return row?.['logs_pruned_ms'] === undefined ? null : (row['logs_pruned_ms'] as number | null);
  }

  openQuestions(limit: number): readonly QuestionRow[] {
    return (this.#read(SELECT_QUESTIONS, (statement) => statement.all(limit)) ?? []).map(questionFromColumns);
  }

  dataVersion(): number {
    const row = this.#read('PRAGMA data_version', (statement) => statement.get());
    return row ? Number(row['data_version']) : 0;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const database = this.#database;
    this.#database = null;
    if (database === null) return;
    if (this.#mode === 'read') database.close();
    else this.#guard(() => closeKeepingLog(database, this.#file));
  }

  /** Runs a statement, or returns null where there is still no history to read. */
  #read<T>(sql: string, use: (statement: StatementSync) => T): T | null {
    assert(!this.#isClosed, 'a closed history is not asked');
    return this.#guard(() => {
      if (this.#database === null) this.#database = openForReading(this.#file);
      return this.#database === null ? null : this.#patiently(() => use(this.#statement(sql)));
    });
  }

  #transact(write: () => ReadonlyMap<string, Tail>): void {
    this.#guard(() => {
      this.#patiently(() => this.#statement('BEGIN IMMEDIATE').run());
      try {
        this.#forgetTailsIfOthersWrote();
        const tails = write();
        this.#statement('COMMIT').run();
        for (const [runId, tail] of tails) {
          this.#tails.set(runId, tail);
          this.#pendingPlans.delete(runId);
        }
      } catch (cause) {
        this.#tails.clear();
        // SQLite has rolled back by itself after some failures (a full disk), not after others.
        if (this.#database?.isTransaction) this.#database.exec('ROLLBACK');
        throw cause;
      }
    });
  }

  #forgetTailsIfOthersWrote(): void {
    const version = this.dataVersion();
    if (version !== this.#versionOfTails) this.#tails.clear();
    this.#versionOfTails = version;
  }

  #patiently<T>(work: () => T): T {
    assert(this.#database !== null, 'a closed history is not asked');
    return whenItsTurn(this.#database, this.#file, work, this.#patience);
  }

  #statement(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    assert(this.#database !== null, 'a closed history is not asked');
    const statement = this.#database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  #guard<T>(use: () => T): T {
    try {
      return use();
    } catch (cause) {
      throw explainHistoryFailure(cause, this.#file);
    }
  }
}

function rowOfNew(envelope: EventEnvelope): RunRow {
  const { runId, seq, event } = envelope;
  if (event.type === 'run.created') return firstRunRow(envelope, event);
  assert(seq > 1, `run ${runId} begins with run.created, not ${event.type}`);
  // It was pruned between a look at it and this.
  throw runNotFound(runId);
}

function runNotFound(text: string): UserError {
  return new UserError('run-not-found', `no run \`${text}\``, { hint: '`workflow status` lists the runs', exitCode: 3 });
}

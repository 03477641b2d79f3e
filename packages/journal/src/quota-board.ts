// What the runs of this machine tell each other of quotas that are used up: a row for each token, in a file of its own.
// It saves attempts and decides nothing: without it, or with an old row, every run finds out by itself. So it is never waited
// for long, nothing is forced onto the disk, and a file that cannot be used is as good as none.
// Not here: what a run makes of it (executor: shared-quota.ts; scheduler: decide/quota.ts).

import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { StatementSync } from 'node:sqlite';

/** What is known of a quota: no attempt before that time, says that run. */
export interface QuotaNotice {
  readonly untilMs: number;
  readonly runId: string;
}

/** Told and read by all runs of a machine. */
export interface QuotaBoard {
  /** Returns what was said last, or null. */
  look(token: string): QuotaNotice | null;
  /** Says that there is no quota before that time. */
  tell(token: string, notice: QuotaNotice): void;
  /**
   * Asks to be the one that tries, and keeps the others waiting until `untilMs` meanwhile. Returns false when another run has
   * said since that there is none, or tries itself.
   */
  claim(token: string, notice: QuotaNotice, nowMs: number): boolean;
  /** Says that there is quota again. */
  forget(token: string): void;
  close(): void;
}

/** Returns the board in that file, which is made when something is first asked. `onProblem` is told once why it is of no use. */
export function openQuotaBoard(file: string, onProblem: (message: string) => void): QuotaBoard {
  return new SqliteQuotaBoard(file, onProblem);
}

const BUSY_TIMEOUT_MS = 1000;
const TABLE =
  'CREATE TABLE IF NOT EXISTS quotas (token TEXT NOT NULL PRIMARY KEY, until_ms INTEGER NOT NULL, run_id TEXT NOT NULL) STRICT';
const SELECT = 'SELECT until_ms AS untilMs, run_id AS runId FROM quotas WHERE token = ?';
const TELL =
  'INSERT INTO quotas (token, until_ms, run_id) VALUES (?1, ?2, ?3) ON CONFLICT (token) DO UPDATE SET until_ms = ?2, run_id = ?3';
const CLAIM = 'UPDATE quotas SET until_ms = ?2, run_id = ?3 WHERE token = ?1 AND (until_ms <= ?4 OR run_id = ?3)';
const FORGET = 'DELETE FROM quotas WHERE token = ?';

class SqliteQuotaBoard implements QuotaBoard {
  readonly #file: string;
  readonly #onProblem: (message: string) => void;
  readonly #statements = new Map<string, StatementSync>();
  #database: DatabaseSync | null = null;
  #isUseless = false;

  constructor(file: string, onProblem: (message: string) => void) {
    this.#file = file;
    this.#onProblem = onProblem;
  }

  look(token: string): QuotaNotice | null {
    return this.#ask(null, () => {
      const row = this.#statement(SELECT).get(token) as { untilMs: number; runId: string } | undefined;
      return row === undefined ? null : { untilMs: row.untilMs, runId: row.runId };
    });
  }

  tell(token: string, { untilMs, runId }: QuotaNotice): void {
    this.#ask(null, () => this.#statement(TELL).run(token, untilMs, runId));
  }

  claim(token: string, { untilMs, runId }: QuotaNotice, nowMs: number): boolean {
    return this.#ask(true, () => {
      if (Number(this.#statement(CLAIM).run(token, untilMs, runId, nowMs).changes) > 0) return true;
      // Somebody got through meanwhile: then there is nothing to keep the others from.
      return this.#statement(SELECT).get(token) === undefined;
    });
  }

  forget(token: string): void {
    this.#ask(null, () => this.#statement(FORGET).run(token));
  }

  close(): void {
    this.#statements.clear();
    this.#database?.close();
    this.#database = null;
  }

  #ask<T>(otherwise: T, ask: () => T): T {
    if (this.#isUseless) return otherwise;
    try {
      return ask();
    } catch (error) {
      this.#isUseless = true;
      this.#onProblem(`what other runs say of quotas is not known: ${this.#file}: ${(error as Error).message}`);
      return otherwise;
    }
  }

  #statement(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    this.#database ??= openDatabase(this.#file);
    const statement = this.#database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}

function openDatabase(file: string): DatabaseSync {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  closeSync(openSync(file, 'a', 0o600));
  const database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
  database.exec(`PRAGMA synchronous = OFF; ${TABLE}`);
  return database;
}

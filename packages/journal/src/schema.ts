// The tables of the history and the steps from one version of them to the next.
// Not here: reading and writing rows (history.ts), opening the file (history-file.ts).

import type { DatabaseSync } from 'node:sqlite';

import { UserError } from '@workflow-platform/events';

/** Marks the file as ours in SQLite's header: `wkfl`. */
export const APPLICATION_ID = 0x776b_666c;

/**
 * Each member takes the schema one version further; members that were released never change. Engines of the version before go on
 * writing while a newer program migrates: a step adds columns that may be null, tables and indices, and changes nothing else.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE runs (
    id                TEXT    NOT NULL PRIMARY KEY,
    workflow_id       TEXT    NOT NULL,
    workflow_version  TEXT,
    workflow_name     TEXT,
    status            TEXT    NOT NULL,
    created_ms        INTEGER NOT NULL,
    started_ms        INTEGER,
    finished_ms       INTEGER,
    user              TEXT    NOT NULL,
    host              TEXT    NOT NULL,
    cwd               TEXT    NOT NULL,
    source            TEXT    NOT NULL,
    parent_run_id     TEXT,
    parent_step       TEXT,
    workspace_path    TEXT,
    plan_digest       TEXT    NOT NULL,
    steps_succeeded   INTEGER NOT NULL,
    steps_failed      INTEGER NOT NULL,
    steps_allowed     INTEGER NOT NULL,
    steps_skipped     INTEGER NOT NULL,
    steps_unreached   INTEGER NOT NULL,
    steps_cancelled   INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX runs_by_workflow ON runs (workflow_id, id);
  CREATE INDEX runs_by_status ON runs (status, id);

  CREATE TABLE events (
    run_id  TEXT    NOT NULL,
    seq     INTEGER NOT NULL,
    at_ms   INTEGER NOT NULL,
    body    TEXT    NOT NULL,
    type    TEXT    GENERATED ALWAYS AS (body ->> '$.type') VIRTUAL,
    PRIMARY KEY (run_id, seq)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE plans (
    digest  TEXT NOT NULL PRIMARY KEY,
    body    TEXT NOT NULL
  ) STRICT;

  CREATE TABLE artifacts (
    run_id           TEXT    NOT NULL,
    name             TEXT    NOT NULL,
    path             TEXT    NOT NULL,
    digest           TEXT    NOT NULL,
    size_bytes       INTEGER NOT NULL,
    retain_until_ms  INTEGER,
    PRIMARY KEY (run_id, name, path)
  ) STRICT, WITHOUT ROWID;
  `,
  // Retention: what was pruned of a run that is kept, and the ways by which pruning finds what it looks for.
  `
  ALTER TABLE runs ADD COLUMN logs_pruned_ms INTEGER;
  ALTER TABLE artifacts ADD COLUMN pruned_ms INTEGER;
  CREATE INDEX runs_by_end ON runs (finished_ms) WHERE finished_ms IS NOT NULL;
  CREATE INDEX runs_with_logs ON runs (finished_ms, logs_pruned_ms)
    WHERE finished_ms IS NOT NULL AND (logs_pruned_ms IS NULL OR logs_pruned_ms < finished_ms);
  CREATE INDEX runs_by_parent ON runs (parent_run_id) WHERE parent_run_id IS NOT NULL;
  CREATE INDEX runs_by_plan ON runs (plan_digest);
  CREATE INDEX artifacts_by_digest ON artifacts (digest) WHERE pruned_ms IS NULL;
  CREATE INDEX artifacts_by_end ON artifacts (retain_until_ms) WHERE retain_until_ms IS NOT NULL AND pruned_ms IS NULL;
  `,
  // Questions that wait for people.
  `
  CREATE TABLE questions (
    run_id    TEXT    NOT NULL,
    step      TEXT    NOT NULL,
    action    TEXT    NOT NULL,
    inputs    TEXT    NOT NULL,
    since_ms  INTEGER NOT NULL,
    until_ms  INTEGER,
    missing   INTEGER,
    PRIMARY KEY (run_id, step)
  ) STRICT, WITHOUT ROWID;
  `,
];

/** The version this program writes. */
export const SCHEMA_VERSION = MIGRATIONS.length;

/** Returns the version of the schema in a database; 0 for an empty one. Throws a UserError for what this program cannot read. */
export function readSchemaVersion(database: DatabaseSync, file: string): number {
  const { version, application } = database
    .prepare('SELECT user_version AS version, application_id AS application FROM pragma_user_version, pragma_application_id')
    .get() as { version: number; application: number };
  if (application !== APPLICATION_ID && !(application === 0 && version === 0 && isEmpty(database))) {
    throw new UserError('history-damaged', `${file} is a database of another program, no history of runs`, {
      hint: 'move the file away to start a new history',
    });
  }
  if (version > SCHEMA_VERSION) {
    throw new UserError(
      'history-newer',
      `${file} was written by a newer workflow (history version ${version}, this one knows ${SCHEMA_VERSION})`,
      {
        hint: 'update workflow, or use another state folder with XDG_STATE_HOME',
      },
    );
  }
  return version;
}

/**
 * Takes a database to the last of `migrations` in one transaction; does nothing when it is there already. Safe from several
 * processes at once. `reached` is told of each statement that is done, for tests that end the process there.
 */
export function migrate(
  database: DatabaseSync,
  file: string,
  migrations: readonly string[] = MIGRATIONS,
  reached: (statement: string) => void = () => {},
): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    const version = readSchemaVersion(database, file);
    for (const statement of migrations.slice(version).flatMap(statementsOf)) {
      database.exec(statement);
      reached(statement);
    }
    if (version < migrations.length) {
      database.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${migrations.length}`);
    }
    database.exec('COMMIT');
  } catch (cause) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw cause;
  }
}

/** No statement of ours has a semicolon inside. */
function statementsOf(step: string): readonly string[] {
  return step
    .split(';')
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
}

function isEmpty(database: DatabaseSync): boolean {
  return database.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() === undefined;
}

// A history as an earlier version of the program wrote it: made by that version's statements, with a run in it.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { APPLICATION_ID, MIGRATIONS } from '../src/schema.ts';
import { STARTED, created, finished, succeeded } from './event-builders.ts';

const INSERT_RUN = `INSERT INTO runs VALUES ('r1', 'review', '1.2.0', 'Review', 'succeeded', 1000, 2000, 4000, 'ana', 'desk', '/repo',
  '/repo/workflow.toml', NULL, NULL, NULL, '${'d'.repeat(64)}', 1, 0, 0, 0, 0, 0)`;

/** Makes `history.db` in the folder as version 1 did; returns its path. */
export function writeOldHistory(folder: string): string {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'history.db');
  const database = new DatabaseSync(file);
  database.exec(`PRAGMA journal_mode = WAL; BEGIN; ${MIGRATIONS[0]}`);
  database.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = 1; COMMIT`);
  const insert = database.prepare('INSERT INTO events (run_id, seq, at_ms, body) VALUES (?, ?, ?, ?)');
  for (const [index, event] of [created(), STARTED, succeeded('a'), finished()].entries())
    insert.run('r1', index + 1, (index + 1) * 1000, JSON.stringify(event));
  database.exec(INSERT_RUN);
  database.exec(`INSERT INTO plans VALUES ('${'d'.repeat(64)}', '{"steps":[]}')`);
  database.exec("INSERT INTO artifacts VALUES ('r1', 'report', 'a.md', 'x', 3, 99)");
  database.close();
  return file;
}

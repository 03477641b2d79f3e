// A write transaction of a history: waits for its turn, takes everything back when the work throws.
// Not here: what an engine appends (history.ts), which remembers more between transactions.

import type { DatabaseSync } from 'node:sqlite';

import { PATIENCE, whenItsTurn } from './wait-for-turn.ts';
import type { Patience } from './wait-for-turn.ts';

/** Does the work in one transaction. */
export function inTransaction<T>(database: DatabaseSync, file: string, work: () => T, patience: Patience = PATIENCE): T {
  whenItsTurn(database, file, () => database.exec('BEGIN IMMEDIATE'), patience);
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (cause) {
    // SQLite has rolled back by itself after some failures (a full disk), not after others.
    if (database.isTransaction) database.exec('ROLLBACK');
    throw cause;
  }
}

// Opens the SQLite file of the history: makes it, checks that it is ours, brings it to this version.
// Not here: its rows (history.ts).

import { accessSync, closeSync, constants, fsyncSync, linkSync, mkdirSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';

import { UserError } from '@workflow-platform/events';

import { codeOf, primaryCode } from './sqlite-error.ts';
import { SCHEMA_VERSION, migrate, readSchemaVersion } from './schema.ts';
import { whenItsTurn } from './wait-for-turn.ts';

const KEPT_LOG_BYTES_MAX = 1024 * 1024;
/** SQLite's primary result codes. */
const READONLY = 8;
const CANTOPEN = 14;
const PAUSE_MS = 20;
const PAUSES_MAX = 50;

/** Opens for writing; makes folder and file when they are missing. */
export function openForWriting(file: string): DatabaseSync {
  return besideLastClosings(file, () => openToWrite(file));
}

function openToWrite(file: string): DatabaseSync {
  if (sizeOf(file) === null) createFile(file);
  const database = new DatabaseSync(file);
  try {
    // Even this looks into the file first, which another connection may be recovering or closing at this moment.
    whenItsTurn(database, file, () => database.exec('PRAGMA synchronous = FULL'));
    const version = whenItsTurn(database, file, () => readSchemaVersion(database, file));
    if (version < SCHEMA_VERSION) whenItsTurn(database, file, () => migrate(database, file));
    whenItsTurn(database, file, () => switchToWal(database));
    return database;
  } catch (cause) {
    database.close();
    throw cause;
  }
}

/** Opens for reading, or returns null when there is no history yet. */
export function openForReading(file: string): DatabaseSync | null {
  return besideLastClosings(file, () => openToRead(file));
}

function openToRead(file: string): DatabaseSync | null {
  if ((sizeOf(file) ?? 0) === 0) return null;
  const { database, version } = openReadOnly(file);
  if (version === SCHEMA_VERSION) return database;
  database.close();
  openForWriting(file).close();
  return openReadOnly(file).database;
}

/**
 * Closes a database that was written to, and leaves a short write-ahead log for the next writer. As the last connection SQLite
 * would copy the log into the file and delete it: three fsyncs now and two more at the next run's first event. A second,
 * reading connection makes the writer not the last, and a reader cannot copy. A long log would cost the next reader more.
 */
export function closeKeepingLog(database: DatabaseSync, file: string): void {
  if ((sizeOf(`${file}-wal`) ?? 0) > KEPT_LOG_BYTES_MAX) {
    database.close();
    return;
  }
  let keeper: DatabaseSync | null = null;
  try {
    keeper = new DatabaseSync(file, { readOnly: true });
    keeper.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get();
  } catch {
    // Then the log is copied: slower, as safe.
  }
  try {
    database.close();
  } finally {
    keeper?.close();
  }
}

function openReadOnly(file: string): { readonly database: DatabaseSync; readonly version: number } {
  try {
    return checked(new DatabaseSync(file, { readOnly: true }), file);
  } catch (cause) {
    if (!isOnReadOnlyMedia(cause, file)) throw cause;
    // SQLite wants to make its `-shm` file beside a history even to read it. Where it cannot and no writer left anything
    // behind, the file alone is the whole truth.
    const url = pathToFileURL(file);
    url.searchParams.set('immutable', '1');
    return checked(new DatabaseSync(url, { readOnly: true }), file);
  }
}

function checked(database: DatabaseSync, file: string): { readonly database: DatabaseSync; readonly version: number } {
  try {
    return { database, version: whenItsTurn(database, file, () => readSchemaVersion(database, file)) };
  } catch (cause) {
    database.close();
    throw cause;
  }
}

/**
 * Tries again for a moment while SQLite says that it cannot open a file that it can: the last of the other connections is just
 * taking the log and its index away.
 */
function besideLastClosings<T>(file: string, open: () => T): T {
  for (let pauses = 0; ; pauses++) {
    try {
      return open();
    } catch (cause) {
      if (primaryCode(cause) !== CANTOPEN || pauses === PAUSES_MAX || !mayWrite(dirname(file))) throw cause;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
    }
  }
}

function mayWrite(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Returns the size of a file, or null when there is none. */
function sizeOf(file: string): number | null {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (stat === undefined) return null;
  if (stat.isFile()) return stat.size;
  throw new UserError('history-damaged', `${file} is no file, so no history of runs`, {
    hint: 'move it away to start a new history',
  });
}

function isOnReadOnlyMedia(cause: unknown, file: string): boolean {
  const code = primaryCode(cause);
  const isRefused = code === CANTOPEN || code === READONLY;
  return isRefused && !mayWrite(dirname(file)) && (sizeOf(`${file}-wal`) ?? 0) === 0;
}

/**
 * Makes the file whole before it gets its name, so that no reader, no second process and no crash ever sees half of it. Of
 * several processes that do this at once one wins and the others use its file.
 */
function createFile(file: string): void {
  const folder = dirname(file);
  const firstMade = mkdirSync(folder, { recursive: true, mode: 0o700 });
  const fresh = `${file}.new-${process.pid}`;
  try {
    writeDurably(fresh, emptyHistory(file));
    linkSync(fresh, file);
  } catch (cause) {
    if (codeOf(cause) !== 'EEXIST') throw cause;
  } finally {
    rmSync(fresh, { force: true });
  }
  for (let each = folder; ; each = dirname(each)) {
    syncFolder(each);
    if (firstMade === undefined || each === dirname(firstMade)) return;
  }
}

/** Returns the bytes of a history without runs. */
function emptyHistory(file: string): Uint8Array {
  const database = new DatabaseSync(':memory:');
  // Has to be said before the first table: what pruning frees can then be given back to the disk piece by piece.
  database.exec('PRAGMA auto_vacuum = INCREMENTAL');
  migrate(database, file);
  const bytes = database.serialize();
  database.close();
  // Write and read version 2 of SQLite's file format: WAL.
  bytes[18] = 2;
  bytes[19] = 2;
  return bytes;
}

function writeDurably(file: string, bytes: Uint8Array): void {
  rmSync(file, { force: true });
  const descriptor = openSync(file, 'wx', 0o600);
  try {
    for (let at = 0; at < bytes.length;) at += writeSync(descriptor, bytes, at);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Only a file that somebody else made (an empty one) is not in WAL mode yet. */
function switchToWal(database: DatabaseSync): void {
  const { journal_mode: mode } = database.prepare('PRAGMA journal_mode = WAL').get() as { journal_mode: string };
  if (mode === 'wal') return;
  throw new UserError(
    'history-not-accessible',
    `the file system of the history has no shared memory for SQLite (journal mode ${mode})`,
    {
      hint: 'put the state folder on a local disk with XDG_STATE_HOME',
    },
  );
}

// A lock between processes that the operating system drops when its holder dies, however it dies.
//
// It is the exclusive lock that SQLite takes on an empty database file (fcntl on Unix): no native code, no row that can go
// stale, nothing written, no fsync. POSIX drops a process's fcntl locks as soon as the process closes *any* descriptor of
// the file, so nothing in this program may open a lock file by other means; SQLite keeps count of its own.
// Not here: what is locked and for how long.

import {
  accessSync,
  closeSync,
  constants,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { UserError, assert } from '@workflow-platform/events';

import { codeOf, diskFull, isBusy, primaryCode } from './sqlite-error.ts';

/** A lock that this process holds. */
export interface HeldLock {
  /** Lets go. With `forget` the lock's files go too; safe while others wait for it. Calling it again does nothing. */
  release(options?: { readonly forget?: boolean }): void;
}

/** Who has a lock that could not be had: the owner's words, process, machine and time. */
export interface RefusedLock {
  readonly heldBy: string;
}

// A look at a lock (`lockHolder`) holds it shared for some microseconds, more on a busy machine. Whoever meets that tries again:
// as often as it takes while the lock can be shared, and a few times more, as its holder may be one that is just going.
const TRIES = 3;
const PAUSE_MS = 4;
const LOOKS_MAX = 2500;
const REPLACEMENTS_MAX = 100;
/** SQLite's primary result code. */
const CANTOPEN = 14;

/** Takes the lock at `path`, or says who holds it. Never waits for the holder. */
export function acquireLock(path: string, { owner }: { readonly owner: string }): HeldLock | RefusedLock {
  let refusals = 0;
  let looks = 0;
  let replacements = 0;
  for (;;) {
    const result = tryLock(path);
    if (result instanceof DatabaseSync) return held(result, path, owner);
    if (typeof result === 'object') {
      if (++replacements >= REPLACEMENTS_MAX) throw explainLockFailure(result.cause, path);
    } else if (result === 'replaced') assert(++replacements < REPLACEMENTS_MAX, `the lock file ${path} stays`);
    else if (lockHolder(path) === null ? ++looks >= LOOKS_MAX : ++refusals >= TRIES) return { heldBy: readHolder(path) };
    else pause(PAUSE_MS);
  }
}

/** Says who holds the lock at `path` right now, or null when nobody does. */
export function lockHolder(path: string): string | null {
  for (let replacements = 0; ; replacements++) {
    if (statSync(path, { throwIfNoEntry: false }) === undefined) return null;
    try {
      return lookAtLock(path);
    } catch (cause) {
      if (!isNotThere(cause) || replacements >= REPLACEMENTS_MAX) throw explainLockFailure(cause, path);
    }
  }
}

function lookAtLock(path: string): string | null {
  const database = new DatabaseSync(path, { readOnly: true, timeout: 0 });
  try {
    database.prepare('SELECT 1 FROM sqlite_schema').get();
    return null;
  } catch (cause) {
    if (isBusy(cause)) return readHolder(path);
    throw cause;
  } finally {
    database.close();
  }
}

/** Whether a failure may be that somebody has removed the file, perhaps with its folder, since it was looked for. */
function isNotThere(cause: unknown): boolean {
  return codeOf(cause) === 'ENOENT' || primaryCode(cause) === CANTOPEN;
}

/** `cause`: what went wrong because the file went away. */
function tryLock(path: string): DatabaseSync | 'busy' | 'replaced' | { readonly cause: unknown } {
  let database: DatabaseSync | null = null;
  try {
    const before = makeLockFile(path);
    // SQLite opens what it may not write for reading, and then takes no lock without saying so.
    accessSync(path, constants.W_OK);
    database = new DatabaseSync(path, { timeout: 0 });
    // Journal in memory: the default would leave an empty `-journal` file behind a killed holder.
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    // The former holder may have forgotten the file between our look and our lock; then we hold a file nobody can see.
    if (identityOf(path) === before) return database;
    database.close();
    return 'replaced';
  } catch (cause) {
    database?.close();
    if (isBusy(cause)) return 'busy';
    if (isNotThere(cause)) return { cause };
    throw explainLockFailure(cause, path);
  }
}

/** Makes the file if it is missing, with `wx`: a file that is there, perhaps locked by us, is never opened. Returns its identity. */
function makeLockFile(path: string): string {
  const there = identityOf(path);
  if (there !== null) return there;
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch (cause) {
    if (codeOf(cause) !== 'EEXIST') throw cause;
  }
  return identityOf(path) ?? 'forgotten already';
}

function identityOf(path: string): string | null {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stat === undefined ? null : `${stat.dev}:${stat.ino}:${stat.birthtimeNs}`;
}

function held(database: DatabaseSync, path: string, owner: string): HeldLock {
  writeHolder(path, `${owner} (process ${process.pid} on ${hostname()}, since ${new Date().toISOString()})`);
  let isHeld = true;
  return {
    release({ forget = false } = {}) {
      if (!isHeld) return;
      isHeld = false;
      // Before the lock goes: afterwards these could be the next holder's.
      rmSync(holderFileOf(path), { force: true });
      if (forget) rmSync(path, { force: true });
      database.close();
    },
  };
}

function holderFileOf(path: string): string {
  return `${path}.holder`;
}

/** The words about the holder only serve messages: a disk too full for them must not cost the lock. */
function writeHolder(path: string, text: string): void {
  const file = holderFileOf(path);
  const fresh = `${file}.new`;
  try {
    writeFileSync(fresh, `${text}\n`, { mode: 0o600 });
    renameSync(fresh, file);
  } catch {
    rmSync(fresh, { force: true });
    rmSync(file, { force: true });
  }
}

function readHolder(path: string): string {
  try {
    return readFileSync(holderFileOf(path), 'utf8').trim() || 'another process';
  } catch {
    return 'another process';
  }
}

function pause(durationMs: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, durationMs);
}

function explainLockFailure(cause: unknown, path: string): unknown {
  const code = codeOf(cause);
  if (code === null) return cause;
  if (code === 'ENOSPC' || code === 'EDQUOT') return diskFull(path, cause);
  return new UserError(
    'lock-not-accessible',
    `cannot use the lock file ${path}${cause instanceof Error ? `: ${cause.message}` : ''}`,
    {
      hint: `make ${dirname(path)} readable and writable for you`,
      cause,
    },
  );
}

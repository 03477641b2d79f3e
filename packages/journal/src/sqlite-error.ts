// Turns what SQLite and the file system throw into words for people.
// Not here: broken invariants of our own statements; those are thrown on as they are.

import { existsSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';

import { UserError } from '@workflow-platform/events';

// Primary result codes of SQLite (sqlite.org/rescode.html).
const BUSY = 5;
const LOCKED = 6;
const READONLY = 8;
const IOERR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const PROTOCOL = 15;
const NOTADB = 26;
const ROOM_BYTES_MIN = 256 * 1024;

/** Returns the UserError for a failure at the history's file, or the failure itself when it is none of the world's. */
export function explainHistoryFailure(cause: unknown, file: string): unknown {
  const code = primaryCode(cause);
  const systemCode = codeOf(cause);
  if (code === FULL || systemCode === 'ENOSPC' || systemCode === 'EDQUOT') return diskFull(file, cause);
  if ((code === IOERR || code === CANTOPEN) && !hasRoom(file)) return diskFull(file, cause);
  switch (code) {
    case BUSY:
    case LOCKED:
    case PROTOCOL:
      return new UserError('history-busy', `another process holds the history ${file} for too long`, {
        hint: 'look for a stopped or hanging `workflow` process and end it',
        cause,
      });
    case CORRUPT:
    case NOTADB:
      return new UserError('history-damaged', `${file} is damaged or is no history of runs`, {
        hint: '`workflow doctor` says what can still be read of it; restore it from a backup, or move it away to start a new history',
        cause,
      });
    case READONLY:
    case CANTOPEN:
      return unreachableFile(file, cause);
    case IOERR:
      return new UserError('history-io', `the disk refused to read or write the history ${file}`, {
        hint: 'check the disk, its quota and the system log; what was recorded so far is kept',
        cause,
      });
    default:
      return isSystemFailure(systemCode) ? unreachableFile(pathOf(cause) ?? file, cause) : cause;
  }
}

/** Returns SQLite's primary result code of a thrown value, or null when it is not SQLite's. */
export function primaryCode(cause: unknown): number | null {
  if (codeOf(cause) !== 'ERR_SQLITE_ERROR') return null;
  const { errcode } = cause as { errcode?: unknown };
  return typeof errcode === 'number' ? errcode & 0xff : null;
}

/** Says whether SQLite gave up because other connections were in the way: one holds a lock, or they were too many to find a place among. */
export function isBusy(cause: unknown): boolean {
  const code = primaryCode(cause);
  return code === BUSY || code === LOCKED || code === PROTOCOL;
}

/** Returns the error for a disk without room. `place` is the file that could not be written. */
export function diskFull(place: string, cause: unknown): UserError {
  return new UserError('disk-full', `no room left on the disk for ${place}`, {
    hint: 'free some space (or raise the quota); nothing was half-written',
    cause,
  });
}

/** Returns the `code` of a thrown value (`ENOSPC`, `ERR_SQLITE_ERROR`), or null. */
export function codeOf(cause: unknown): string | null {
  const code = cause instanceof Error && 'code' in cause ? cause.code : null;
  return typeof code === 'string' ? code : null;
}

function unreachableFile(file: string, cause: unknown): UserError {
  return new UserError('history-not-accessible', `cannot open ${file} for the history of runs`, {
    hint: `make ${dirname(file)} readable and writable for you, or choose another place with XDG_STATE_HOME`,
    cause,
  });
}

/** Returns the path that a failed call of the file system was about, or null. */
function pathOf(cause: unknown): string | null {
  const path = cause instanceof Error && 'path' in cause ? cause.path : null;
  return typeof path === 'string' ? path : null;
}

function isSystemFailure(code: string | null): boolean {
  return code !== null && /^E[A-Z0-9]+$/.test(code) && !code.startsWith('ERR_');
}

function hasRoom(file: string): boolean {
  let folder = dirname(file);
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize >= ROOM_BYTES_MIN;
  } catch {
    return true;
  }
}

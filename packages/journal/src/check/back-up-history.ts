// Copies the history, as it is at one moment, into a file of its own, while engines write.
// Not here: artifacts and logs, which are files and can be copied as such.

import { closeSync, existsSync, fsyncSync, linkSync, openSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { UserError } from '@workflow-platform/events';

import { closeKeepingLog, openForWriting } from '../history-file.ts';
import { codeOf, diskFull, explainHistoryFailure, primaryCode } from '../sqlite-error.ts';
import { historyFileIn } from '../state-paths.ts';
import { whenItsTurn } from '../wait-for-turn.ts';

/** A copy that was made. */
export interface Backup {
  readonly sizeBytes: number;
  readonly runs: number;
}

const FULL = 13;

/**
 * Copies the history of a state folder to `target`, which must not be there yet. The copy is whole, checked and on the disk before
 * it gets its name; it has no write-ahead log, takes no more room than it needs, and can be put in the place of `history.db`.
 */
export function backUpHistory(folder: string, target: string): Backup {
  const file = historyFileIn(folder);
  if (existsSync(target)) throw isThere(target);
  const fresh = `${target}.new-${process.pid}`;
  try {
    copyTo(file, fresh);
    const runs = checkCopy(fresh);
    const sizeBytes = statSync(fresh).size;
    // A link, unlike a rename, does not replace what came there meanwhile.
    linkSync(fresh, target);
    rmSync(fresh);
    sync(dirname(target));
    return { sizeBytes, runs };
  } catch (cause) {
    if (codeOf(cause) === 'EEXIST') throw isThere(target);
    throw cause instanceof UserError ? cause : explainTarget(cause, target);
  } finally {
    for (const suffix of ['', '-journal']) rmSync(`${fresh}${suffix}`, { force: true });
  }
}

function copyTo(file: string, fresh: string): void {
  if (!existsSync(file))
    throw new UserError('no-history', `there is no history at ${file} yet`, {
      hint: 'start a run with `workflow run`',
      exitCode: 3,
    });
  // Made first, so that its mode is ours and that what is there is refused.
  closeSync(openSync(fresh, 'wx', 0o600));
  // SQLite opens the copy as it has the history: one that is open for reading only could make none. Nothing is written to it.
  const database = guarded(file, () => openForWriting(file));
  try {
    // A history of version 1 gives nothing back to the disk; its copy does.
    if (database.prepare('PRAGMA auto_vacuum').get()?.['auto_vacuum'] !== 2)
      whenItsTurn(database, file, () => database.exec('PRAGMA auto_vacuum = INCREMENTAL'));
    whenItsTurn(database, file, () => database.prepare('VACUUM INTO ?').run(fresh));
    sync(fresh);
  } catch (cause) {
    // A full disk is that of the copy; all else that SQLite says is about what is copied.
    throw primaryCode(cause) === null || primaryCode(cause) === FULL ? cause : explainHistoryFailure(cause, file);
  } finally {
    closeKeepingLog(database, file);
  }
}

/** What cannot be read back is no backup. */
function checkCopy(fresh: string): number {
  const copy = new DatabaseSync(fresh, { readOnly: true });
  try {
    const answer = Object.values(copy.prepare('PRAGMA quick_check(1)').get() ?? {})[0];
    if (answer !== 'ok')
      throw new UserError('backup-damaged', `the copy cannot be read back: ${String(answer)}`, {
        hint: 'check the disk it is on; no file was left',
      });
    return Number(copy.prepare('SELECT count(*) AS count FROM runs').get()?.['count']);
  } finally {
    copy.close();
  }
}

function isThere(target: string): UserError {
  return new UserError('file-exists', `${target} is there already; it was not touched`, {
    hint: 'choose another name, or remove the file first',
    exitCode: 2,
  });
}

function explainTarget(cause: unknown, target: string): unknown {
  const code = codeOf(cause);
  if (code === 'ENOSPC' || code === 'EDQUOT' || primaryCode(cause) === FULL) return diskFull(target, cause);
  if (code === null || code.startsWith('ERR_')) return cause;
  const reason = cause instanceof Error ? cause.message : '';
  return new UserError('unwritable-file', `cannot write the backup ${target}: ${reason}`, {
    hint: 'choose a folder that is there and that you may write to',
    cause,
  });
}

function guarded<T>(file: string, use: () => T): T {
  try {
    return use();
  } catch (cause) {
    throw explainHistoryFailure(cause, file);
  }
}

function sync(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

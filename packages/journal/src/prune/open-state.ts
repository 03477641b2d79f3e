// The history and the folders beside it, opened to prune them.
// Not here: what goes (find-pruned.ts), how it goes (prune-state.ts).

import type { DatabaseSync } from 'node:sqlite';

import { closeKeepingLog, openForWriting } from '../history-file.ts';
import { explainHistoryFailure } from '../sqlite-error.ts';
import { statSync } from 'node:fs';
import type { StatePaths } from '../state-paths.ts';

/** Opened for writing. */
export interface OpenState {
  readonly database: DatabaseSync;
  readonly paths: StatePaths;
  /** Told of each place behind which a process may end; for tests that end it there. */
  reached(place: PruneCheckpoint): void;
}

/** Names of the places between which something is done and something is not. */
export const pruneCheckpoints = [
  /** What goes is found, nothing is done about it. */
  'found',
  /** The locks of runs are held, nothing is gone. */
  'runs-locked',
  /** Runs are out of the history, their folders are there. */
  'runs-forgotten',
  /** One folder is gone. */
  'folder-removed',
  /** Logs are noted as pruned, and are there. */
  'logs-noted',
  /** Artifacts are noted as pruned, and are in the store. */
  'artifacts-noted',
  /** A file of the store has lost its name and can be given it back. */
  'blob-set-aside',
  /** It is gone. */
  'blob-removed',
  /** A piece of the file was given back to the disk. */
  'piece-freed',
] as const;

export type PruneCheckpoint = (typeof pruneCheckpoints)[number];

/** Runs `use` with the state opened; returns null where there is no history. What SQLite throws is told in words. */
export async function withOpenState<T>(
  paths: StatePaths,
  reached: (place: PruneCheckpoint) => void,
  use: (state: OpenState) => T | Promise<T>,
): Promise<T | null> {
  const file = paths.historyFile;
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) === 0) return null;
  try {
    const database = openForWriting(file);
    try {
      return await use({ database, paths, reached });
    } finally {
      closeKeepingLog(database, file);
    }
  } catch (cause) {
    throw explainHistoryFailure(cause, file);
  }
}

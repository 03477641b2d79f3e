// Gives room that pruning freed inside the history's file back to the disk, a piece at a time, so that engines hardly wait.
// Not here: freeing it.

import { whenItsTurn } from '../wait-for-turn.ts';
import type { OpenState } from './open-state.ts';

/** Two MiB: some milliseconds. */
const PAGES_AT_ONCE = 512;
/** Less is taken up by the next runs anyway. */
const FREE_BYTES_MIN = 1024 * 1024;
const FREE_SHARE_MIN = 0.05;
/** A history of version 1 can only be written anew as a whole, during which engines wait: up to about a second. */
const REWRITTEN_BYTES_MAX = 64 * 1024 * 1024;

/** Gives it back; returns how much shorter the file is (once the log is copied into it). */
export function giveBack(state: OpenState): number {
  const { database, paths } = state;
  const pragma = (name: string): number => Number(database.prepare(`PRAGMA ${name}`).get()?.[name]);
  const pageBytes = pragma('page_size');
  const before = pragma('page_count');
  const free = pragma('freelist_count');
  if (free * pageBytes < FREE_BYTES_MIN || free / before < FREE_SHARE_MIN) return 0;
  if (pragma('auto_vacuum') === 0) {
    if ((before - free) * pageBytes > REWRITTEN_BYTES_MAX) return 0;
    whenItsTurn(database, paths.historyFile, () => database.exec('PRAGMA auto_vacuum = INCREMENTAL; VACUUM'));
  } else {
    for (let left = free; left > 0; left -= PAGES_AT_ONCE) {
      whenItsTurn(database, paths.historyFile, () => database.prepare(`PRAGMA incremental_vacuum(${PAGES_AT_ONCE})`).all());
      state.reached('piece-freed');
    }
  }
  // Copies what it can without being in anybody's way.
  database.exec('PRAGMA wal_checkpoint(PASSIVE)');
  return Math.max(0, before - pragma('page_count')) * pageBytes;
}

// Remembers when all folders of runs were last looked through for such as no run has: with a hundred thousand of them that takes a
// tenth of a second, and only an engine or a pruning that was killed leaves any.
//
// Invariant: while a pruning removes anything the note is not there, so that after a kill the next one looks.
// Not here: the look (find-pruned.ts).

import { closeSync, futimesSync, openSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

import type { StatePaths } from '../state-paths.ts';
import { GRACE_MS } from './criteria.ts';

/** Says whether it is time to look again: once a day, and after every pruning that came to no end. */
export function isLookDue(paths: StatePaths, nowMs: number): boolean {
  const lastMs = lastLookMs(paths);
  return lastMs === null || lastMs > nowMs || nowMs - lastMs >= GRACE_MS;
}

/** Takes the note away until the work is done; puts it back as it was, or with a new time when the work had looked. */
export function whileLookNotNoted<T>(
  paths: StatePaths,
  { nowMs, hasLooked }: { nowMs: number; hasLooked: boolean },
  work: () => T,
): T {
  const lastMs = lastLookMs(paths);
  rmSync(noteOf(paths), { force: true });
  const result = work();
  const notedMs = hasLooked ? nowMs : lastMs;
  if (notedMs !== null) note(paths, notedMs);
  return result;
}

/** Another pruning may take the note away at any moment: its time is set on the open file and not by its name. */
function note(paths: StatePaths, timeMs: number): void {
  const descriptor = openSync(noteOf(paths), 'w', 0o600);
  try {
    futimesSync(descriptor, timeMs / 1000, timeMs / 1000);
  } finally {
    closeSync(descriptor);
  }
}

function lastLookMs(paths: StatePaths): number | null {
  return statSync(noteOf(paths), { throwIfNoEntry: false })?.mtimeMs ?? null;
}

function noteOf({ folder }: StatePaths): string {
  return join(folder, 'folders-looked-through');
}

// Says whether steps of a run are at work, whoever drives it: for those who look at a run whose engine is gone.
// Not here: taking them up (slots-left.ts).

import { bootId, isAlive } from './process-identity.ts';
import { readSlotFile, slotFiles } from './slot-file.ts';

/** Returns whether a shell that an engine of this run started carries an attempt out now. */
export function hasAttemptsAtWork(runFolder: string): boolean {
  try {
    return slotFiles(runFolder).some(isAtWork);
  } catch (error) {
    // An engine removes them when the run is over, also while we look.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

function isAtWork(path: string): boolean {
  const { identity, begun, ends } = readSlotFile(path);
  if (identity === null || identity.boot !== bootId() || !isAlive(identity)) return false;
  return [...begun].some((attemptNo) => !ends.has(attemptNo));
}

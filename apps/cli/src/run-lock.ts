// The lock of a run: held by the engine that drives it, and for a moment by whoever records a request while there is none.
// Not here: the lock itself (journal).

import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { acquireLock, lockHolder, type HeldLock, type RefusedLock } from '@workflow-platform/journal';

const RECORDER = 'workflow, recording a request';
const PAUSE_MS = 20;
const TRIES_MAX = 500;

/** Takes the lock to drive the run. Whoever only records a request in it has it for a moment, which is worth waiting for. */
export async function takeRunLock(runFolder: string): Promise<HeldLock | RefusedLock> {
  for (let tries = 1; ; tries += 1) {
    const lock = acquireLock(lockOf(runFolder), { owner: 'workflow' });
    if (!('heldBy' in lock) || !lock.heldBy.startsWith(RECORDER) || tries >= TRIES_MAX) return lock;
    await sleep(PAUSE_MS);
  }
}

/** Takes the lock to record requests, or returns null when somebody has it. */
export function takeLockToRecord(runFolder: string): HeldLock | null {
  const lock = acquireLock(lockOf(runFolder), { owner: RECORDER });
  return 'heldBy' in lock ? null : lock;
}

/** Says whether a living process has the run. */
export function isDriven(runFolder: string): boolean {
  return lockHolder(lockOf(runFolder)) !== null;
}

function lockOf(runFolder: string): string {
  return join(runFolder, 'owner.lock');
}

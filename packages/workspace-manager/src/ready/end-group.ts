// Ends what a script has left running in its process group.
// Not here: groups of workers that outlived an engine (stop-leftover.ts).

import { setTimeout as delay } from 'node:timers/promises';

const PAUSE_MS = 10;
const GRACE_MS = 2000;

/** Asks the members of a group to end and makes them, whose leader is gone already. */
export async function endGroup(groupId: number): Promise<void> {
  if (!signal(groupId, 'SIGTERM')) return;
  for (let waitedMs = 0; waitedMs < GRACE_MS && signal(groupId, 0); waitedMs += PAUSE_MS) await delay(PAUSE_MS);
  signal(groupId, 'SIGKILL');
}

/** Says whether there was anybody. */
function signal(groupId: number, name: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-groupId, name);
    return true;
  } catch {
    return false;
  }
}

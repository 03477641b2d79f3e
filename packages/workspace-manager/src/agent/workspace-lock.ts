// The lock under which an agent workspace is made, changed and removed: the same file that runs of workflows hold for as long
// as they use a workspace. Other subcommands have it for a moment and are waited for; runs are not.
// Not here: who works in the workspace meanwhile (users.ts).

import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { explainFileFailure } from '../file-failure.ts';
import { busyWorkspace } from '../workspace-errors.ts';
import type { HeldLock } from '../workspace-port.ts';
import type { WorkspaceHome } from '../home/workspace-home.ts';
import { makeStateFolder } from './agent-places.ts';
import type { AgentPlaces } from './agent-places.ts';

const OWNER = 'a workspace subcommand';
const PAUSE_MS = 50;
const PAUSES_BEFORE_WORDS = 20;

/** Carries `use` out with the workspace locked. */
export async function withWorkspaceLock<T>(home: WorkspaceHome, places: AgentPlaces, use: () => Promise<T>): Promise<T> {
  try {
    makeStateFolder(places);
    const lock = await take(home, places);
    try {
      return await use();
    } finally {
      lock.release({ forget: true });
    }
  } catch (cause) {
    throw explainFileFailure(cause, dirname(places.namespaceFolder));
  }
}

async function take(home: WorkspaceHome, places: AgentPlaces): Promise<HeldLock> {
  for (let pauses = 0; ; pauses++) {
    const lock = home.acquireLock(places.lockFile, { owner: OWNER });
    if ('release' in lock) return lock;
    // A holder without words has only just come, or is about to go.
    if (!lock.heldBy.startsWith(OWNER) && lock.heldBy !== 'another process') throw busyWorkspace(places.id, lock.heldBy);
    if (pauses === PAUSES_BEFORE_WORDS) home.say(`waiting for ${lock.heldBy}, which is busy with workspace ${places.id}`);
    await delay(PAUSE_MS);
  }
}

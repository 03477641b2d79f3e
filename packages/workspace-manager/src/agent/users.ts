// Who works in an agent workspace at this moment: a lock for each process, which its death releases.
// Not here: the lock under which a workspace is made, changed and removed (workspace-lock.ts).

import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { assert } from '@workflow-platform/events';

import type { HeldLock } from '../workspace-port.ts';
import type { WorkspaceHome } from '../home/workspace-home.ts';
import type { AgentPlaces } from './agent-places.ts';

/** Enters this process as a user of the workspace until the lock is released. Call it with the workspace locked. */
export function enter(home: WorkspaceHome, places: AgentPlaces): HeldLock {
  clearDead(home, places);
  const nonce = process.getBuiltinModule('node:crypto').randomBytes(4).toString('hex');
  const lock = home.acquireLock(join(places.usersFolder, `${process.pid}-${nonce}.lock`), { owner: `workspace ${places.id}` });
  assert('release' in lock, 'nobody else has this name');
  return { release: () => lock.release({ forget: true }) };
}

/** Returns the process ids of those who are in the workspace, ours included. */
export function usersOf(home: WorkspaceHome, { usersFolder }: AgentPlaces): readonly number[] {
  return locksIn(usersFolder)
    .filter((name) => home.lockHolder(join(usersFolder, name)) !== null)
    .map((name) => Number.parseInt(name, 10));
}

function clearDead(home: WorkspaceHome, { usersFolder }: AgentPlaces): void {
  for (const name of locksIn(usersFolder)) {
    const place = join(usersFolder, name);
    if (home.lockHolder(place) !== null) continue;
    rmSync(place, { force: true });
    rmSync(`${place}.holder`, { force: true });
  }
}

/** Returns the names of the locks of all who came, `PROCESS-NONCE.lock`. */
export function locksIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.lock'));
  } catch {
    return [];
  }
}

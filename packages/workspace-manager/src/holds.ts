// Which workspaces this process holds, for which runs.

import { join } from 'node:path';

import { locksIn } from './agent/users.ts';
import { busyWorkspace } from './workspace-errors.ts';
import type { AcquireLock, HeldLock } from './workspace-port.ts';
import type { WorkspacePlaces } from './workspace-paths.ts';

interface Hold {
  readonly runId: string;
  readonly lock: HeldLock;
  /** Settles when the last request of this run for the workspace is answered. */
  lastRequest: Promise<unknown>;
}

/** The locks of the workspaces in use here. */
export class Holds {
  readonly #acquireLock: AcquireLock;
  readonly #holds = new Map<string, Hold>();

  constructor(acquireLock: AcquireLock) {
    this.#acquireLock = acquireLock;
  }

  has(folder: string): boolean {
    return this.#holds.has(folder);
  }

  /** Takes the workspace for a run, or throws a UserError that says who has it. The same run may take it again. */
  take(places: WorkspacePlaces, id: string, runId: string): void {
    const known = this.#holds.get(places.folder);
    if (known !== undefined) {
      if (known.runId !== runId) throw busyWorkspace(id, `run ${known.runId}`);
      return;
    }
    const lock = this.#acquireLock(places.lockFile, { owner: `run ${runId}` });
    if ('heldBy' in lock) throw busyWorkspace(id, lock.heldBy);
    try {
      this.refuseUsers(places, id);
    } catch (cause) {
      lock.release();
      throw cause;
    }
    this.#holds.set(places.folder, { runId, lock, lastRequest: Promise.resolve() });
  }

  /** Throws when a command or a shell is in the workspace. */
  refuseUsers(places: WorkspacePlaces, id: string): void {
    const user = this.#userIn(places);
    if (user !== null) throw busyWorkspace(id, `a command (process ${user})`);
  }

  /** Returns the process of a command that works there; one that died has let go of its lock. */
  #userIn({ usersFolder }: WorkspacePlaces): number | null {
    for (const name of locksIn(usersFolder)) {
      const lock = this.#acquireLock(join(usersFolder, name), { owner: 'nobody' });
      if ('heldBy' in lock) return Number.parseInt(name, 10);
      lock.release({ forget: true });
    }
    return null;
  }

  /** Carries out one request after the other, so that the second finds what the first has made, or that it has failed. */
  inTurn<T>(folder: string, use: () => Promise<T>): Promise<T> {
    const hold = this.#holds.get(folder);
    if (hold === undefined) return use();
    const request = hold.lastRequest.then(use, use);
    hold.lastRequest = request;
    return request;
  }

  /** Lets go. With `forget` the lock's files go too. */
  release(folder: string, options: { readonly forget: boolean }): void {
    const hold = this.#holds.get(folder);
    this.#holds.delete(folder);
    hold?.lock.release(options);
  }
}

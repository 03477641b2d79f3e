// Does something to the folders of runs, one after the other, while nobody else can have the run.
// Not here: runs that go with those within them, whose locks are held together (prune-runs.ts).

import { join } from 'node:path';

import { acquireLock } from '../lock.ts';
import type { OpenState } from './open-state.ts';
import type { Removal } from './prune-runs.ts';

/** What became of one of them. A text says why it stays; `nothing`: there was nothing left to do. */
export type Done = 'removed' | 'nothing' | { readonly why: string };

/** Holds the lock of each run while `work` has its folder. What somebody else holds stays. */
export function whileLocked<T extends { readonly runId: string }>(
  { paths }: Pick<OpenState, 'paths'>,
  items: readonly T[],
  work: (item: T, folder: string) => Done,
): Removal<T> {
  const removed: T[] = [];
  const kept: { readonly item: T; readonly why: string }[] = [];
  for (const item of items) {
    const folder = paths.runFolder(item.runId);
    const lock = acquireLock(join(folder, 'owner.lock'), { owner: 'workflow prune' });
    if ('heldBy' in lock) {
      kept.push({ item, why: `it is held by ${lock.heldBy}` });
      continue;
    }
    try {
      const done = work(item, folder);
      if (done === 'removed') removed.push(item);
      else if (done !== 'nothing') kept.push({ item, why: done.why });
    } finally {
      lock.release();
    }
  }
  return { removed, kept };
}

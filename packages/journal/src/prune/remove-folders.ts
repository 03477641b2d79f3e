// Removes folders of runs that are in no list, and of runs whose logs are noted as pruned: what an interrupted pruning left.
// Not here: which folders (find-pruned.ts).

import { join } from 'node:path';

import { acquireLock } from '../lock.ts';
import type { FoundState } from './find-pruned.ts';
import type { OpenState } from './open-state.ts';
import type { Removal } from './prune-runs.ts';
import { removeRunFolder } from './remove-run-folder.ts';

type Folder = FoundState['folders'][number];

// An engine takes the lock before the first event of a run: what is locked here and still not wanted has no engine.
const IS_WANTED =
  'SELECT 1 FROM runs WHERE id = ? AND (logs_pruned_ms IS NULL OR finished_ms IS NULL OR logs_pruned_ms < finished_ms)';

/** Removes them, unless somebody has or wants one by now. */
export function removeFolders(state: OpenState, folders: readonly Folder[]): Removal<Folder> {
  const { database, paths } = state;
  const removed: Folder[] = [];
  const kept: { readonly item: Folder; readonly why: string }[] = [];
  const isWanted = database.prepare(IS_WANTED);
  for (const item of folders) {
    const folder = paths.runFolder(item.runId);
    const lock = acquireLock(join(folder, 'owner.lock'), { owner: 'workflow prune' });
    if ('heldBy' in lock) {
      kept.push({ item, why: `it is held by ${lock.heldBy}` });
      continue;
    }
    try {
      if (isWanted.get(item.runId) !== undefined) {
        kept.push({ item, why: 'it is a run by now' });
        continue;
      }
      removeRunFolder(folder);
      state.reached('folder-removed');
      removed.push(item);
    } finally {
      lock.release();
    }
  }
  return { removed, kept };
}

// Removes folders of runs that are in no list, and of runs whose logs are noted as pruned: what an interrupted pruning left.
// Not here: which folders (find-pruned.ts).

import type { FoundState } from './find-pruned.ts';
import type { OpenState } from './open-state.ts';
import type { Removal } from './prune-runs.ts';
import { removeRunFolder } from './remove-run-folder.ts';
import { whileLocked } from './while-locked.ts';

type Folder = FoundState['folders'][number];

// An engine takes the lock before the first event of a run: what is locked here and still not wanted has no engine.
const IS_WANTED =
  'SELECT 1 FROM runs WHERE id = ? AND (logs_pruned_ms IS NULL OR finished_ms IS NULL OR logs_pruned_ms < finished_ms)';

/** Removes them, unless somebody has or wants one by now. */
export function removeFolders(state: OpenState, folders: readonly Folder[]): Removal<Folder> {
  const isWanted = state.database.prepare(IS_WANTED);
  return whileLocked(state, folders, ({ runId }, folder) => {
    if (isWanted.get(runId) !== undefined) return { why: 'it is a run by now' };
    removeRunFolder(folder);
    state.reached('folder-removed');
    return 'removed';
  });
}

// Removes the logs of runs that stay: noted first, so that who asks for one hears that it was pruned and when.
//
// Invariant: what is noted as pruned is gone, or goes with the next pruning (remove-folders.ts).
// Not here: which logs (find-pruned.ts), what `logs` says (the command line).

import { join } from 'node:path';

import { acquireLock } from '../lock.ts';
import { inTransaction } from '../transaction.ts';
import type { PrunedLogs } from './find-pruned.ts';
import type { OpenState } from './open-state.ts';
import type { Removal } from './prune-runs.ts';
import { removeRunFolder } from './remove-run-folder.ts';

const NOTE = 'UPDATE runs SET logs_pruned_ms = ? WHERE id = ? AND finished_ms IS NOT NULL AND finished_ms <= ?';

/** Removes them. The run's lock is held meanwhile, so that nobody goes on with it. */
export function pruneLogs(state: OpenState, logs: readonly PrunedLogs[], nowMs: number): Removal<PrunedLogs> {
  const { database, paths } = state;
  const removed: PrunedLogs[] = [];
  const kept: { readonly item: PrunedLogs; readonly why: string }[] = [];
  const note = database.prepare(NOTE);
  const isListed = database.prepare('SELECT 1 FROM runs WHERE id = ?');
  for (const item of logs) {
    const folder = paths.runFolder(item.runId);
    const lock = acquireLock(join(folder, 'owner.lock'), { owner: 'workflow prune' });
    if ('heldBy' in lock) {
      kept.push({ item, why: `it is held by ${lock.heldBy}` });
      continue;
    }
    try {
      const isNoted = inTransaction(database, paths.historyFile, () => note.run(nowMs, item.runId, nowMs).changes === 1);
      if (!isNoted) {
        // Another pruning was quicker and took the run; our lock has made the folder anew.
        if (isListed.get(item.runId) === undefined) removeRunFolder(folder);
        else kept.push({ item, why: 'it is not over any more' });
        continue;
      }
      state.reached('logs-noted');
      removeRunFolder(folder);
      state.reached('folder-removed');
      removed.push(item);
    } finally {
      lock.release();
    }
  }
  return { removed, kept };
}

// Removes the logs of runs that stay: noted first, so that who asks for one hears that it was pruned and when.
//
// Invariant: what is noted as pruned is gone, or goes with the next pruning (remove-folders.ts).
// Not here: which logs (find-pruned.ts), what `logs` says (the command line).

import { inTransaction } from '../transaction.ts';
import type { PrunedLogs } from './find-pruned.ts';
import type { OpenState } from './open-state.ts';
import type { Removal } from './prune-runs.ts';
import { removeRunFolder } from './remove-run-folder.ts';
import { whileLocked } from './while-locked.ts';

const NOTE = 'UPDATE runs SET logs_pruned_ms = ? WHERE id = ? AND finished_ms IS NOT NULL AND finished_ms <= ?';

/** Removes them. The run's lock is held meanwhile, so that nobody goes on with it. */
export function pruneLogs(state: OpenState, logs: readonly PrunedLogs[], nowMs: number): Removal<PrunedLogs> {
  const { database, paths } = state;
  const note = database.prepare(NOTE);
  const isListed = database.prepare('SELECT 1 FROM runs WHERE id = ?');
  return whileLocked(state, logs, ({ runId }, folder) => {
    const isNoted = inTransaction(database, paths.historyFile, () => note.run(nowMs, runId, nowMs).changes === 1);
    if (!isNoted) {
      if (isListed.get(runId) !== undefined) return { why: 'it is not over any more' };
      // Another pruning was quicker and took the run; our lock has made the folder anew.
      removeRunFolder(folder);
      return 'nothing';
    }
    state.reached('logs-noted');
    removeRunFolder(folder);
    state.reached('folder-removed');
    return 'removed';
  });
}

// Gives artifacts of runs that stay up: they are noted as pruned, and their files then have one reference less.
// Not here: the files (sweep-blobs.ts).

import { inTransaction } from '../transaction.ts';
import type { PrunedArtifact } from './find-pruned.ts';
import type { OpenState } from './open-state.ts';

const AT_ONCE = 500;
const NOTE = `
  UPDATE artifacts SET pruned_ms = ? WHERE run_id = ? AND name = ? AND path = ? AND digest = ? AND pruned_ms IS NULL
    AND EXISTS (SELECT 1 FROM runs WHERE id = run_id AND finished_ms IS NOT NULL)`;

/** Notes them; returns those that were as they had been found. */
export function pruneArtifacts(state: OpenState, artifacts: readonly PrunedArtifact[], nowMs: number): readonly PrunedArtifact[] {
  const { database, paths } = state;
  const note = database.prepare(NOTE);
  const noted: PrunedArtifact[] = [];
  for (let at = 0; at < artifacts.length; at += AT_ONCE) {
    const some = artifacts.slice(at, at + AT_ONCE);
    noted.push(
      ...inTransaction(database, paths.historyFile, () =>
        some.filter(({ runId, name, path, digest }) => note.run(nowMs, runId, name, path, digest).changes === 1),
      ),
    );
    state.reached('artifacts-noted');
  }
  return noted;
}

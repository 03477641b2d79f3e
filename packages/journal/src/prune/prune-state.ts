// Prunes the history, the folders of runs and the store of artifacts: finds what goes, and removes it in an order in which a process
// can end at any moment. What is left then is in no reader's way, and the next pruning removes it.
//
//   settle what is aside ─▶ find ─▶ runs ─▶ logs ─▶ artifacts ─▶ files of the store ─▶ folders ─▶ plans ─▶ room of the file
//
// Not here: each of these.

import type { DatabaseSync } from 'node:sqlite';

import { openForReading } from '../history-file.ts';
import { explainHistoryFailure } from '../sqlite-error.ts';
import type { StatePaths } from '../state-paths.ts';
import { inTransaction } from '../transaction.ts';
import { whenItsTurn } from '../wait-for-turn.ts';
import type { StoredBlob } from '../list-blobs.ts';
import type { PruneCriteria } from './criteria.ts';
import { findPruned } from './find-pruned.ts';
import type { FoundState, PrunedArtifact, PrunedLogs, PrunedRun } from './find-pruned.ts';
import { whileLookNotNoted } from './folder-look.ts';
import { giveBack } from './give-back.ts';
import { withOpenState } from './open-state.ts';
import type { OpenState, PruneCheckpoint } from './open-state.ts';
import { pruneArtifacts } from './prune-artifacts.ts';
import { pruneLogs } from './prune-logs.ts';
import { pruneRuns } from './prune-runs.ts';
import { removeFolders } from './remove-folders.ts';
import { settleAside, sweepBlobs } from './sweep-blobs.ts';

/** What went, and what stayed against what was found. */
export interface PrunedState {
  readonly runs: readonly PrunedRun[];
  readonly logs: readonly PrunedLogs[];
  readonly artifacts: readonly PrunedArtifact[];
  readonly blobs: readonly StoredBlob[];
  readonly folders: FoundState['folders'];
  readonly plans: readonly string[];
  readonly spared: FoundState['spared'];
  /** By how much the history's file is shorter. */
  readonly fileBytes: number;
  readonly hasLooked: boolean;
}

/** Says what would go. Changes nothing. */
export function findPrunedState(paths: StatePaths, criteria: PruneCriteria): FoundState {
  try {
    const database = openForReading(paths.historyFile);
    if (database === null) return NOTHING;
    try {
      return findAtOneMoment(database, paths, criteria);
    } finally {
      database.close();
    }
  } catch (cause) {
    throw explainHistoryFailure(cause, paths.historyFile);
  }
}

/** Removes it. */
export async function pruneState(
  paths: StatePaths,
  criteria: PruneCriteria,
  reached: (place: PruneCheckpoint) => void = () => {},
): Promise<PrunedState> {
  const pruned = await withOpenState(paths, reached, (state) => prune(state, criteria));
  return pruned ?? { ...NOTHING, fileBytes: 0 };
}

/** Others write, and prune, meanwhile: all that is looked at is of one moment. */
function findAtOneMoment(database: DatabaseSync, paths: StatePaths, criteria: PruneCriteria): FoundState {
  database.exec('BEGIN');
  try {
    whenItsTurn(database, paths.historyFile, () => database.prepare('SELECT 1 FROM runs LIMIT 1').get());
    return findPruned(database, paths, criteria);
  } finally {
    database.exec('COMMIT');
  }
}

const NOTHING: FoundState = {
  runs: [],
  logs: [],
  artifacts: [],
  blobs: [],
  folders: [],
  hasLooked: false,
  plans: [],
  spared: [],
};

function prune(state: OpenState, criteria: PruneCriteria): PrunedState {
  const { nowMs } = criteria;
  settleAside(state);
  const found = findAtOneMoment(state.database, state.paths, criteria);
  state.reached('found');
  const { hasLooked } = found;
  return whileLookNotNoted(state.paths, { nowMs, hasLooked }, () => remove(state, found, nowMs));
}

function remove(state: OpenState, found: FoundState, nowMs: number): PrunedState {
  const runs = pruneRuns(state, found.runs);
  const logs = pruneLogs(state, found.logs, nowMs);
  const artifacts = pruneArtifacts(state, found.artifacts, nowMs);
  const blobs = sweepBlobs(state, found.blobs, nowMs);
  const folders = removeFolders(state, found.folders);
  const plans = forgetPlans(state, found.plans);
  const fileBytes = giveBack(state);
  const stayed = runs.kept.map(({ item: { id, workflow }, why }) => ({ id, workflow, why }));
  const withLogs = logs.kept.map(({ item: { runId, workflow }, why }) => ({ id: runId, workflow, why }));
  return {
    runs: runs.removed,
    logs: logs.removed,
    artifacts,
    blobs,
    folders: folders.removed,
    plans,
    spared: [...found.spared, ...stayed, ...withLogs],
    fileBytes,
    hasLooked: found.hasLooked,
  };
}

function forgetPlans({ database, paths }: OpenState, digests: readonly string[]): readonly string[] {
  if (digests.length === 0) return [];
  const forget = database.prepare(
    'DELETE FROM plans WHERE digest = ? AND NOT EXISTS (SELECT 1 FROM runs WHERE plan_digest = digest)',
  );
  return inTransaction(database, paths.historyFile, () => digests.filter((digest) => forget.run(digest).changes === 1));
}

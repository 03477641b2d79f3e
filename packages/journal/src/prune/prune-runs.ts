// Removes runs: out of the history first, then their folders.
//
// Invariant: whoever reads the history never meets half a run; rows, events, artifacts and a plan that nobody else has go in one
// transaction, which looks again whether each run is over. Nobody takes a run up meanwhile: its lock is held until its folder is
// gone. If the process ends in between, a folder without a run is left, which the next pruning removes (remove-folders.ts).
// Not here: which runs (find-pruned.ts).

import { join } from 'node:path';
import type { StatementSync } from 'node:sqlite';

import { acquireLock } from '../lock.ts';
import type { HeldLock } from '../lock.ts';
import { inTransaction } from '../transaction.ts';
import type { PrunedRun } from './find-pruned.ts';
import type { OpenState } from './open-state.ts';
import { removeRunFolder } from './remove-run-folder.ts';

/** What became of what was to go. */
export interface Removal<T> {
  readonly removed: readonly T[];
  readonly kept: readonly { readonly item: T; readonly why: string }[];
}

/** So many in one transaction: one write to the disk for all, and engines wait for some milliseconds. */
const AT_ONCE = 50;

interface Locked {
  readonly run: PrunedRun;
  readonly locks: readonly HeldLock[];
}

/** Removes them, the oldest first. */
export function pruneRuns(state: OpenState, runs: readonly PrunedRun[]): Removal<PrunedRun> {
  const isListed = state.database.prepare('SELECT 1 FROM runs WHERE id = ?');
  const removed: PrunedRun[] = [];
  const kept: { readonly item: PrunedRun; readonly why: string }[] = [];
  for (let at = 0; at < runs.length; at += AT_ONCE) {
    const locked: Locked[] = [];
    try {
      for (const run of runs.slice(at, at + AT_ONCE)) {
        const locks = lockAll(state, run);
        if (typeof locks === 'string') kept.push({ item: run, why: locks });
        else locked.push({ run, locks });
      }
      state.reached('runs-locked');
      const gone = forget(
        state,
        locked.map(({ run }) => run),
      );
      state.reached('runs-forgotten');
      for (const { run } of locked) {
        if (!gone.has(run)) {
          // Another pruning was quicker, and our lock has made the folder anew.
          if (isListed.get(run.id) === undefined) removeFolders(state, run);
          else kept.push({ item: run, why: 'it changed meanwhile' });
          continue;
        }
        removeFolders(state, run);
        removed.push(run);
      }
    } finally {
      for (const { locks } of locked) for (const lock of locks) lock.release();
    }
  }
  return { removed, kept };
}

function removeFolders({ paths, reached }: OpenState, run: PrunedRun): void {
  for (const id of idsOf(run)) {
    removeRunFolder(paths.runFolder(id));
    reached('folder-removed');
  }
}

function idsOf({ id, within }: PrunedRun): readonly string[] {
  return [id, ...within];
}

/** Takes the locks of a run and of those within it, or says who has one. */
function lockAll({ paths }: OpenState, run: PrunedRun): readonly HeldLock[] | string {
  const locks: HeldLock[] = [];
  for (const id of idsOf(run)) {
    const lock = acquireLock(join(paths.runFolder(id), 'owner.lock'), { owner: 'workflow prune' });
    if ('release' in lock) {
      locks.push(lock);
      continue;
    }
    for (const each of locks) each.release();
    return `it is held by ${lock.heldBy}`;
  }
  return locks;
}

/** Takes runs out of the history; returns those that it took. */
function forget({ database, paths }: OpenState, runs: readonly PrunedRun[]): ReadonlySet<PrunedRun> {
  const gone = new Set<PrunedRun>();
  if (runs.length === 0) return gone;
  const tree = database.prepare(
    'WITH RECURSIVE tree (id) AS (SELECT ? UNION SELECT runs.id FROM runs JOIN tree ON runs.parent_run_id = tree.id) SELECT runs.id, finished_ms, plan_digest FROM runs JOIN tree ON tree.id = runs.id',
  );
  const deletions = [
    'DELETE FROM events WHERE run_id = ?',
    'DELETE FROM artifacts WHERE run_id = ?',
    'DELETE FROM runs WHERE id = ?',
  ];
  const statements = deletions.map((sql) => database.prepare(sql));
  const forgetPlan = database.prepare(
    'DELETE FROM plans WHERE digest = ? AND NOT EXISTS (SELECT 1 FROM runs WHERE plan_digest = digest)',
  );
  inTransaction(database, paths.historyFile, () => {
    for (const run of runs) {
      const digests = digestsWhereAllAreOver(tree, run);
      if (digests === null) continue;
      for (const id of idsOf(run)) for (const statement of statements) statement.run(id);
      for (const digest of digests) forgetPlan.run(digest);
      gone.add(run);
    }
  });
  return gone;
}

function digestsWhereAllAreOver(tree: StatementSync, run: PrunedRun): ReadonlySet<string> | null {
  const rows = tree.all(run.id);
  const expected = new Set(idsOf(run));
  if (rows.length !== expected.size) return null;
  const isSame = rows.every((row) => row['finished_ms'] !== null && expected.has(String(row['id'])));
  const isUnchanged = rows.some((row) => row['id'] === run.id && row['finished_ms'] === run.endMs);
  return isSame && isUnchanged ? new Set(rows.map((row) => String(row['plan_digest']))) : null;
}

// Finds what a pruning takes of the history, the folders of runs and the store of artifacts. Changes nothing; what is found is
// looked at again before it goes (prune-runs.ts and its neighbours).
//
// Invariant: a run goes only when it is over, and so is every run that it or its steps started; these go with it and never
// without it. A run that keeps an artifact until a later time stays until then.
// Not here: what goes (criteria.ts).

import { existsSync, readdirSync } from 'node:fs';
import type { DatabaseSync, StatementSync } from 'node:sqlite';

import { assert } from '@workflow-platform/events';

import { listBlobs } from '../list-blobs.ts';
import type { StoredBlob } from '../list-blobs.ts';
import { isRunId, runIdTimeMs } from '../run-id.ts';
import type { StatePaths } from '../state-paths.ts';
import { GRACE_MS } from './criteria.ts';
import type { PruneCriteria, WorkflowPolicy } from './criteria.ts';
import { isLookDue } from './folder-look.ts';
import { sizeOfFolder } from './size-of-folder.ts';

/** A run that goes, with the runs it started. */
export interface PrunedRun {
  readonly id: string;
  readonly workflow: string;
  readonly endMs: number;
  /** Runs within it, all levels. */
  readonly within: readonly string[];
  /** Of its folders, and of its events and plan as texts. */
  readonly folderBytes: number;
  readonly textBytes: number;
}

/** Logs that go while their run stays. */
export interface PrunedLogs {
  readonly runId: string;
  readonly workflow: string;
  readonly sizeBytes: number;
}

/** An artifact that goes while its run stays. */
export interface PrunedArtifact {
  readonly runId: string;
  readonly name: string;
  readonly path: string;
  readonly digest: string;
}

/** Why a run stays though it is old enough. */
export interface SparedRun {
  readonly id: string;
  readonly workflow: string;
  readonly why: string;
}

/** What goes. */
export interface FoundState {
  readonly runs: readonly PrunedRun[];
  readonly logs: readonly PrunedLogs[];
  readonly artifacts: readonly PrunedArtifact[];
  readonly blobs: readonly StoredBlob[];
  /** Folders of runs that are not (or no more) in the history, and of runs whose logs went. */
  readonly folders: readonly { readonly runId: string; readonly sizeBytes: number }[];
  /** Whether such folders were looked for (folder-look.ts). */
  readonly hasLooked: boolean;
  /** Digests of plans that no run has. */
  readonly plans: readonly string[];
  readonly spared: readonly SparedRun[];
}

interface Origin {
  readonly id: string;
  readonly workflow: string;
}

interface OverRun extends Origin {
  readonly endMs: number;
}

const SELECT_OVER = `
  SELECT id, workflow_id AS workflow, finished_ms AS endMs FROM runs
  WHERE finished_ms IS NOT NULL AND finished_ms <= ? AND parent_run_id IS NULL ORDER BY finished_ms, id`;
const SELECT_ALONE = `
  SELECT id, workflow_id AS workflow, finished_ms AS endMs FROM runs AS child
  WHERE parent_run_id IS NOT NULL AND finished_ms IS NOT NULL AND finished_ms <= ?
    AND NOT EXISTS (SELECT 1 FROM runs WHERE id = child.parent_run_id) ORDER BY finished_ms, id`;
const SELECT_TREE = `
  WITH RECURSIVE tree (id) AS (SELECT ? UNION SELECT runs.id FROM runs JOIN tree ON runs.parent_run_id = tree.id)
  SELECT runs.id, finished_ms AS endMs, (SELECT max(retain_until_ms) FROM artifacts WHERE run_id = runs.id AND pruned_ms IS NULL) AS retainMs
  FROM runs JOIN tree ON tree.id = runs.id`;
const SELECT_ORIGIN = `
  WITH RECURSIVE up (id, parent, workflow) AS (
    SELECT id, parent_run_id, workflow_id FROM runs WHERE id = ?
    UNION SELECT runs.id, runs.parent_run_id, runs.workflow_id FROM runs JOIN up ON runs.id = up.parent
  ) SELECT id, workflow FROM up WHERE NOT EXISTS (SELECT 1 FROM runs WHERE id = up.parent)`;
const SELECT_NEWEST = 'SELECT id FROM runs WHERE workflow_id = ? AND parent_run_id IS NULL ORDER BY id DESC LIMIT 1 OFFSET ?';
const SELECT_TEXT = 'SELECT coalesce(sum(length(body)), 0) AS bytes FROM events WHERE run_id = ?';
const SELECT_WITH_LOGS = `
  SELECT id, workflow_id AS workflow, finished_ms AS endMs FROM runs
  WHERE finished_ms IS NOT NULL AND finished_ms <= ? AND (logs_pruned_ms IS NULL OR logs_pruned_ms < finished_ms)
  ORDER BY finished_ms, id`;
const SELECT_ENDED_ARTIFACTS = `
  SELECT run_id AS runId, name, path, digest FROM artifacts JOIN runs ON runs.id = run_id
  WHERE retain_until_ms <= ? AND pruned_ms IS NULL AND finished_ms IS NOT NULL ORDER BY run_id, name, path`;
const SELECT_OLD_ARTIFACTS = `
  SELECT run_id AS id, run_id AS runId, name, path, digest, finished_ms AS endMs
  FROM artifacts INDEXED BY artifacts_by_digest CROSS JOIN runs ON runs.id = run_id
  WHERE finished_ms <= ? AND retain_until_ms IS NULL AND pruned_ms IS NULL ORDER BY run_id, name, path`;
const SELECT_REFERENCES = 'SELECT digest, count(*) AS count FROM artifacts WHERE pruned_ms IS NULL GROUP BY digest';
const SELECT_UNUSED_PLANS = 'SELECT digest FROM plans WHERE NOT EXISTS (SELECT 1 FROM runs WHERE plan_digest = digest)';

/** Finds it. */
export function findPruned(database: DatabaseSync, paths: StatePaths, criteria: PruneCriteria): FoundState {
  return new Search(database, paths, criteria).find();
}

class Search {
  readonly #database: DatabaseSync;
  readonly #paths: StatePaths;
  readonly #criteria: PruneCriteria;
  readonly #statements = new Map<string, StatementSync>();
  readonly #spared: SparedRun[] = [];
  /** The oldest of the last runs of a workflow that stay whole. */
  readonly #firstKept = new Map<string, string | null>();

  constructor(database: DatabaseSync, paths: StatePaths, criteria: PruneCriteria) {
    this.#database = database;
    this.#paths = paths;
    this.#criteria = criteria;
  }

  find(): FoundState {
    const { kinds } = this.#criteria;
    const runs = kinds.has('runs') ? this.#runs() : [];
    const gone = new Set(runs.flatMap(({ id, within }) => [id, ...within]));
    const logs = kinds.has('logs') ? this.#logs(gone) : [];
    const artifacts = kinds.has('artifacts') ? this.#artifacts(gone) : [];
    const isSweep = this.#criteria.workflow === null;
    const hasLooked = isSweep && (kinds.has('runs') || kinds.has('logs')) && isLookDue(this.#paths, this.#criteria.nowMs);
    return {
      runs,
      logs,
      artifacts,
      blobs: kinds.has('blobs') ? this.#blobs(gone, artifacts) : [],
      hasLooked,
      folders: hasLooked ? this.#folders() : [],
      plans:
        isSweep && kinds.has('runs')
          ? this.#database
              .prepare(SELECT_UNUSED_PLANS)
              .all()
              .map(({ digest }) => String(digest))
          : [],
      spared: this.#spared,
    };
  }

  #runs(): readonly PrunedRun[] {
    const { nowMs, sizeBytesMax } = this.#criteria;
    const chosen = this.#over<OverRun>(SELECT_OVER, ({ runsMs }) => runsMs)
      .concat(this.#over<OverRun>(SELECT_ALONE, ({ runsMs }) => runsMs))
      .flatMap((run) => this.#whole(run));
    if (sizeBytesMax === null) return chosen;
    const freed = (run: PrunedRun): number => run.folderBytes + run.textBytes;
    const taken = new Set(chosen.map(({ id }) => id));
    let excess = this.#sizeBytes() - sizeBytesMax - chosen.reduce((sum, run) => sum + freed(run), 0);
    const oldest = this.#select<OverRun>(SELECT_OVER, nowMs).filter(
      (run) => !taken.has(run.id) && this.#isMeant(run) && !this.#isLast(run),
    );
    for (const run of oldest) {
      if (excess <= 0) break;
      for (const whole of this.#whole(run)) {
        chosen.push(whole);
        excess -= freed(whole) + this.#artifactBytes(whole);
      }
    }
    return chosen;
  }

  /** Those of the rows whose run is older than the policy of its workflow says, and not one of the last. */
  #over<Row extends OverRun>(sql: string, ageOf: (policy: WorkflowPolicy) => number | null): Row[] {
    const { nowMs } = this.#criteria;
    const leastAgeMs = this.#leastAgeMs(ageOf);
    if (leastAgeMs === Infinity) return [];
    return this.#select<Row>(sql, nowMs - leastAgeMs).filter((row) => {
      const origin = this.#originOf(row.id);
      const ageMs = ageOf(this.#criteria.policyOf(origin.workflow));
      return ageMs !== null && row.endMs <= nowMs - ageMs && this.#isMeant(origin) && !this.#isLast(origin);
    });
  }

  /** The run that began all: what holds for it holds for those within it. */
  #originOf(runId: string): Origin {
    const [origin] = this.#select<Origin>(SELECT_ORIGIN, runId);
    assert(origin !== undefined, 'a run has an origin');
    return origin;
  }

  /** The least age that any policy has, so that the index finds the candidates; infinite when none has one. */
  #leastAgeMs(ageOf: (policy: WorkflowPolicy) => number | null): number {
    const workflows = this.#select<{ id: string }>(SELECT_WORKFLOWS);
    const ages = workflows.map(({ id }) => ageOf(this.#criteria.policyOf(id)) ?? Infinity);
    return Math.min(Infinity, ...ages);
  }

  #isMeant({ workflow }: Origin): boolean {
    return this.#criteria.workflow === null || this.#criteria.workflow === workflow;
  }

  #isLast({ id, workflow }: Origin): boolean {
    let first = this.#firstKept.get(workflow);
    if (first === undefined) {
      const { keepLast } = this.#criteria.policyOf(workflow);
      const row = keepLast === 0 ? undefined : this.#database.prepare(SELECT_NEWEST).get(workflow, keepLast - 1);
      // Fewer than are kept: then all of them are.
      first = keepLast === 0 ? null : row === undefined ? '' : String(row['id']);
      this.#firstKept.set(workflow, first);
    }
    return first !== null && id >= first;
  }

  /** The run with all within it, or nothing where one of them has to stay. */
  #whole({ id, workflow, endMs }: OverRun): readonly PrunedRun[] {
    const tree = this.#select<{ id: string; endMs: number | null; retainMs: number | null }>(SELECT_TREE, id);
    const why = tree.some((run) => run.endMs === null)
      ? 'a run that it started is not over'
      : tree.some(({ retainMs }) => retainMs !== null && retainMs > this.#criteria.nowMs)
        ? 'it has an artifact that is kept longer'
        : null;
    if (why !== null) {
      this.#spared.push({ id, workflow, why });
      return [];
    }
    const ids = tree.map((run) => run.id);
    const folderBytes = ids.reduce((sum, each) => sum + sizeOfFolder(this.#paths.runFolder(each)), 0);
    const textBytes = ids.reduce((sum, each) => sum + this.#textBytes(each), 0);
    return [{ id, workflow, endMs, within: ids.filter((each) => each !== id), folderBytes, textBytes }];
  }

  #textBytes(runId: string): number {
    return this.#select<{ bytes: number }>(SELECT_TEXT, runId)[0]?.bytes ?? 0;
  }

  #artifactBytes({ id, within }: PrunedRun): number {
    const sql = 'SELECT coalesce(sum(size_bytes), 0) AS bytes FROM artifacts WHERE run_id = ? AND pruned_ms IS NULL';
    return [id, ...within].reduce((sum, each) => sum + (this.#select<{ bytes: number }>(sql, each)[0]?.bytes ?? 0), 0);
  }

  #sizeBytes(): number {
    const { historyFile, runsFolder, blobsFolder } = this.#paths;
    return [historyFile, `${historyFile}-wal`, runsFolder, blobsFolder].reduce((sum, place) => sum + sizeOfFolder(place), 0);
  }

  #logs(gone: ReadonlySet<string>): readonly PrunedLogs[] {
    return this.#over<OverRun>(SELECT_WITH_LOGS, ({ logsMs }) => logsMs)
      .filter(({ id }) => !gone.has(id))
      .map(({ id, workflow }) => ({ runId: id, workflow, sizeBytes: sizeOfFolder(this.#paths.runFolder(id)) }))
      .filter(({ runId }) => existsSync(this.#paths.runFolder(runId)));
  }

  #artifacts(gone: ReadonlySet<string>): readonly PrunedArtifact[] {
    const { nowMs, workflow } = this.#criteria;
    const ended = this.#select<PrunedArtifact>(SELECT_ENDED_ARTIFACTS, nowMs);
    const old = this.#over<OverRun & PrunedArtifact>(SELECT_OLD_ARTIFACTS, ({ artifactsMs }) => artifactsMs);
    return [...(workflow === null ? ended : ended.filter(({ runId }) => this.#isMeant(this.#originOf(runId)))), ...old]
      .filter(({ runId }) => !gone.has(runId))
      .map(({ runId, name, path, digest }) => ({ runId, name, path, digest }));
  }

  /** What is in the store and referred to by nothing that stays. */
  #blobs(gone: ReadonlySet<string>, artifacts: readonly PrunedArtifact[]): readonly StoredBlob[] {
    const references = new Map(
      this.#select<{ digest: string; count: number }>(SELECT_REFERENCES).map(({ digest, count }) => [digest, count]),
    );
    const lose = (digest: string): void => void references.set(digest, (references.get(digest) ?? 0) - 1);
    const ofRun = 'SELECT digest FROM artifacts WHERE run_id = ? AND pruned_ms IS NULL';
    for (const runId of gone) for (const { digest } of this.#select<{ digest: string }>(ofRun, runId)) lose(digest);
    for (const { digest } of artifacts) lose(digest);
    const isFree = ({ digest, putMs }: StoredBlob): boolean =>
      (references.get(digest) ?? 0) <= 0 && putMs <= this.#criteria.nowMs - GRACE_MS;
    return listBlobs(this.#paths.blobsFolder).filter(isFree);
  }

  #folders(): FoundState['folders'] {
    const text = this.#select<{ ids: string | null }>(SELECT_WITH_FOLDER)[0]?.ids ?? '';
    const wanted = new Set(text.split(' '));
    return namesIn(this.#paths.runsFolder)
      .filter((name) => !wanted.has(name) && this.#isLeft(name))
      .map((runId) => ({ runId, sizeBytes: sizeOfFolder(this.#paths.runFolder(runId)) }));
  }

  /** Says of a folder that is not known to be wanted whether it is left over. */
  #isLeft(name: string): boolean {
    const [run] = this.#select<{ isDone: number }>(SELECT_IS_DONE, name);
    if (run !== undefined) return run.isDone === 1;
    return isRunId(name) && runIdTimeMs(name) <= this.#criteria.nowMs - GRACE_MS;
  }

  #select<Row>(sql: string, ...values: (string | number)[]): Row[] {
    let statement = this.#statements.get(sql);
    if (statement === undefined) this.#statements.set(sql, (statement = this.#database.prepare(sql)));
    return statement.all(...values) as unknown as Row[];
  }
}

// Each workflow by one look-up of the index.
const SELECT_WORKFLOWS = `
  WITH RECURSIVE names (id) AS (
    SELECT min(workflow_id) FROM runs UNION ALL
    SELECT (SELECT min(workflow_id) FROM runs WHERE workflow_id > names.id) FROM names WHERE names.id IS NOT NULL
  ) SELECT id FROM names WHERE id IS NOT NULL`;
// Nearly all folders are those of runs that are over and have their logs: told apart by an index, and read as one text, because a
// hundred thousand rows cost more than what is in them. A folder that is not among these is looked at alone.
const SELECT_WITH_FOLDER = `
  SELECT group_concat(id, ' ') AS ids FROM runs INDEXED BY runs_with_logs
  WHERE finished_ms IS NOT NULL AND (logs_pruned_ms IS NULL OR logs_pruned_ms < finished_ms)`;
const SELECT_IS_DONE = 'SELECT coalesce(logs_pruned_ms >= finished_ms, 0) AS isDone FROM runs WHERE id = ?';

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return [];
    throw cause;
  }
}

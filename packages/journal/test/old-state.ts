// A state folder with runs of some days: folders with logs, artifacts in the store, plans, runs within runs.

import { mkdirSync, mkdtempSync, readFileSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import type { RunEvent } from '@workflow-platform/events';
import { checkHistory, newRunId, openBlobs, openHistory, statePaths } from '@workflow-platform/journal';
import type { PruneCriteria, StateKind, StatePaths, WorkflowPolicy } from '@workflow-platform/journal';

import { STARTED, created, finished, inOrder, succeeded } from './event-builders.ts';

export const DAY_MS = 86_400_000;
/** When all of it is looked at. */
export const NOW_MS = 1_800_000_000_000;

/** A run to be made. */
export interface OldRun {
  readonly daysAgo: number;
  readonly workflow?: string;
  readonly isOver?: boolean;
  readonly parent?: string;
  /** Content of an artifact, and for how many days from the run on it is kept if it says so. */
  readonly artifact?: { readonly text: string; readonly keptDays?: number };
  readonly plan?: string;
  /** Bytes of events beyond the usual. */
  readonly weight?: number;
}

let count = 0;

/** Makes a state folder with nothing in it. */
export function newState(scratch: string): StatePaths {
  return statePaths({ XDG_STATE_HOME: mkdtempSync(join(scratch, 'state-')) });
}

/** Makes the folder that a test's state folders lie in. */
export function newScratch(name: string): string {
  return mkdtempSync(join(tmpdir(), `${name}-`));
}

/** Adds runs; returns their ids. What is in the store looks as old as its run. */
export async function addRuns(paths: StatePaths, runs: readonly OldRun[]): Promise<readonly string[]> {
  const history = openHistory({ folder: paths.folder, mode: 'write' });
  const blobs = openBlobs(paths.blobsFolder);
  const ids: string[] = [];
  for (const run of runs) {
    const { daysAgo, workflow = 'review', isOver = true, parent, artifact, plan = '{"steps":[]}', weight = 0 } = run;
    const atMs = NOW_MS - daysAgo * DAY_MS;
    const id = newRunId(atMs, Uint8Array.from([0, 0, count >> 8, count++ & 255]));
    const events: RunEvent[] = [
      created({
        workflow: { id: workflow, version: null, name: null },
        planDigest: `digest of ${plan}`,
        parent: parent === undefined ? null : { runId: parent, step: 'sub' },
      }),
      STARTED,
      weight === 0 ? succeeded('a') : ({ ...succeeded('a'), outputs: { text: 'x'.repeat(weight) } } as RunEvent),
    ];
    if (artifact !== undefined) events.push(await keep(paths, blobs, artifact, atMs));
    if (isOver) events.push(finished());
    history.savePlan(id, plan);
    history.append(inOrder(id, events).map((envelope) => ({ ...envelope, atMs })));
    const folder = paths.runFolder(id);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, '1.log'), `log of ${id}\n`);
    writeFileSync(join(folder, 'owner.lock'), '');
    ids.push(id);
  }
  history.close();
  return ids;
}

async function keep(
  paths: StatePaths,
  blobs: ReturnType<typeof openBlobs>,
  artifact: NonNullable<OldRun['artifact']>,
  atMs: number,
): Promise<RunEvent> {
  const source = join(paths.folder, 'source');
  writeFileSync(source, artifact.text);
  const { digest, sizeBytes } = await blobs.put(source);
  makeOld(blobs.pathOf(digest), atMs);
  const retainUntilMs = artifact.keptDays === undefined ? null : atMs + artifact.keptDays * DAY_MS;
  return { type: 'artifact.stored', name: 'report', path: 'a.md', digest, sizeBytes, retainUntilMs };
}

/** Makes a file look as if it had been written then. */
export function makeOld(path: string, atMs: number): void {
  utimesSync(path, atMs / 1000, atMs / 1000);
}

/** Criteria by which nothing goes but what is said. */
export function criteria(
  policy: Partial<WorkflowPolicy> & {
    readonly kinds?: readonly StateKind[];
    readonly workflow?: string;
    readonly sizeBytesMax?: number;
  } = {},
): PruneCriteria {
  const { kinds = ['runs', 'logs', 'artifacts', 'blobs'], workflow = null, sizeBytesMax = null, ...given } = policy;
  const whole: WorkflowPolicy = { runsMs: null, keepLast: 0, logsMs: null, artifactsMs: null, ...given };
  return { nowMs: NOW_MS, kinds: new Set(kinds), policyOf: () => whole, workflow, sizeBytesMax };
}

/** Everything there is: rows of all tables, files of all folders. */
export function everythingIn(paths: StatePaths): unknown {
  const database = new DatabaseSync(paths.historyFile, { readOnly: true });
  const tables = ['runs', 'events', 'plans', 'artifacts'].map((table) =>
    database.prepare(`SELECT * FROM ${table} ORDER BY 1, 2`).all(),
  );
  database.close();
  const files = ['runs', 'blobs'].flatMap((name) => filesIn(join(paths.folder, name)));
  return { tables, files };
}

/** Paths below a folder, without folders that hold nothing. */
export function filesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
  } catch {
    return [];
  }
}

/** What a reader trips over: nothing, at any instant. */
export async function troublesOf(paths: StatePaths): Promise<readonly string[]> {
  const troubles: string[] = checkHistory(paths.folder, { full: true }).findings.map(({ what }) => what);
  const history = openHistory({ folder: paths.folder, mode: 'read' });
  const blobs = openBlobs(paths.blobsFolder);
  for (const { id } of history.listRuns({ limit: 1000 })) {
    history.readPlan(id);
    for (const artifact of history.artifactsOf(id)) {
      const state = artifact.prunedMs === null ? await blobs.verify(artifact.digest) : 'intact';
      if (state !== 'intact') troubles.push(`artifact of ${id} is ${state}`);
    }
    if (history.logsPrunedMs(id) === null && readFileSync(join(paths.runFolder(id), '1.log'), 'utf8') !== `log of ${id}\n`)
      troubles.push(`log of ${id} is another`);
  }
  history.close();
  return troubles;
}

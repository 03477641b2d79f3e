// Makes a workspace, recording each stage before the next begins, so that whoever comes after a crash knows what is there.
// Not here: whether to make one (decide-reuse.ts), taking back what a crash left (take-back.ts).

import { lstatSync, mkdirSync, renameSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

import { UserError, assert } from '@workflow-platform/events';

import type { Source } from './find-source.ts';
import { bringAlong } from './include.ts';
import { BuildRaceError } from './providers/provider.ts';
import type { WorkspaceProvider } from './providers/provider.ts';
import { eraseRecord, folderIdentity, writeRecord } from './record.ts';
import type { WorkspaceRecord } from './record.ts';
import { runWorker } from './run-process.ts';
import type { Run } from './run-process.ts';
import { takeBack } from './take-back.ts';
import { foreignFolder } from './workspace-errors.ts';
import type { Checkpoint, EnsuredWorkspace, WorkspaceRequest } from './workspace-port.ts';
import { identityIn } from './workspace-paths.ts';
import type { WorkspacePlaces } from './workspace-paths.ts';

/** Everything that making a workspace takes. */
export interface Creation {
  readonly request: WorkspaceRequest;
  readonly source: Source;
  readonly provider: WorkspaceProvider;
  readonly why: string;
  readonly places: WorkspacePlaces;
  readonly nowMs: number;
  readonly reached: (checkpoint: Checkpoint) => void;
}

// Git processes that list worktrees stumble over one that another is just registering: one in twenty when twenty start at once.
const TRIES = 20;
const PAUSE_MS_MAX = 50;

/** Makes the workspace; when that fails nothing of it stays. */
export async function createWorkspace(creation: Creation): Promise<EnsuredWorkspace> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await tryToCreate(creation);
    } catch (cause) {
      if (!(cause instanceof BuildRaceError)) throw cause;
      if (attempt === TRIES) throw tooBusy(creation.source.root, cause);
      await delay(Math.random() * PAUSE_MS_MAX);
    }
  }
}

async function tryToCreate(creation: Creation): Promise<EnsuredWorkspace> {
  const { request, source, provider, why, places, nowMs, reached } = creation;
  refuseFolder(places.folder);
  const nonce = process.getBuiltinModule('node:crypto').randomBytes(4).toString('hex');
  const common = {
    version: 1,
    id: request.id,
    nonce,
    provider: provider.kind,
    from: source.root,
    why,
    createdMs: nowMs,
  } as const;
  const site = provider.buildsInPlace ? places.folder : places.stagingFolder(nonce);
  let record: WorkspaceRecord = { ...common, phase: 'creating', folder: null, worker: null };
  writeRecord(places.recordFile, record);
  reached('creating-recorded');
  const folder = makeSite(site, places);
  try {
    record = { ...record, folder };
    writeRecord(places.recordFile, record);
    reached('folder-made');
    const run: Run = (process) =>
      runWorker(process, (worker) => writeRecord(places.recordFile, { ...common, phase: 'creating', folder, worker }));
    const built = await provider.build({ source, id: request.id, site, base: request.base, run });
    const warnings = [...built.warnings, ...(await include(creation, site, run))];
    reached('tree-built');
    if (site !== places.folder) {
      refuseFolder(places.folder);
      renameSync(site, places.folder);
    }
    reached('tree-named');
    const ready = { ...common, phase: 'ready', folder, base: built.base } as const;
    writeRecord(places.recordFile, ready);
    reached('ready-recorded');
    return { workspace: identityIn(places, ready), reused: false, warnings };
  } catch (cause) {
    // What made it fail is what the user has to hear, even when clearing up fails too: then the record says so next time.
    await takeBack(record, places, reached).catch(() => {});
    throw cause;
  }
}

function makeSite(site: string, places: WorkspacePlaces): string {
  try {
    mkdirSync(site, { mode: 0o700 });
  } catch (cause) {
    eraseRecord(places.recordFile);
    throw codeOf(cause) === 'EEXIST' ? foreignFolder(site) : cause;
  }
  const folder = folderIdentity(site);
  assert(folder !== null, `${site} was just made`);
  return folder;
}

function refuseFolder(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) throw foreignFolder(path);
}

function codeOf(cause: unknown): unknown {
  return cause instanceof Error && 'code' in cause ? cause.code : null;
}

async function include({ request, source, provider }: Creation, site: string, run: Run): Promise<readonly string[]> {
  if (request.include.length === 0) return [];
  const { copied, warnings } = await bringAlong({ from: source.checkout, to: site, patterns: request.include, run });
  if (copied.length === 0) return warnings;
  return [...warnings, ...(await provider.keepOut({ source, site, paths: copied }))];
}

function tooBusy(root: string, cause: BuildRaceError): UserError {
  return new UserError('workspace-repository-busy', `other programs keep registering worktrees of ${root}: ${cause.message}`, {
    hint: 'try again when they are done',
    cause,
  });
}

// Makes a workspace, recording each stage before the next begins, so that whoever comes after a crash knows what is there.
// Not here: whether to make one (decide-reuse.ts), taking back what a crash left (take-back.ts).

import { lstatSync, mkdirSync, renameSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

import { UserError, assert } from '@workflow-platform/events';

import { cancellable, refuseCancelled } from './cancellable.ts';
import type { Source } from './find-source.ts';
import { bringAlong } from './include.ts';
import { BuildRaceError } from './providers/provider.ts';
import type { WorkspaceProvider } from './providers/provider.ts';
import { askForPorts, makeReady } from './ready/make-ready.ts';
import type { ReadyWorld } from './ready/make-ready.ts';
import { worktreeIncluded } from './ready/worktree-include.ts';
import type { ListedFiles } from './ready/worktree-include.ts';
import { folderIdentity, keptFor, readRecord, writeGone, writeRecord } from './record.ts';
import type { KeptEntry, Readiness, WorkspaceOwner, WorkspaceRecord } from './record.ts';
import type { Run } from './run-process.ts';
import { takeBack } from './take-back.ts';
import { watchProgress } from './watch-progress.ts';
import { foreignFolder } from './workspace-errors.ts';
import type { EnsuredWorkspace, WorkspaceRequest } from './workspace-port.ts';
import { toldOf } from './work/work.ts';
import { identityIn } from './workspace-paths.ts';
import type { WorkspacePlaces } from './workspace-paths.ts';

/** Everything that making a workspace takes. */
export interface Creation {
  readonly request: WorkspaceRequest;
  readonly source: Source;
  readonly provider: WorkspaceProvider;
  readonly why: string;
  readonly places: WorkspacePlaces;
  readonly world: ReadyWorld;
  readonly deletionWaitMs: number;
}

// Git processes that list worktrees stumble over one that another is just registering: one in twenty when twenty start at once.
const TRIES = 20;
const PAUSE_MS_MAX = 50;

const NOTHING: ListedFiles = { paths: [], warnings: [] };

type CreatingRecord = WorkspaceRecord & { readonly phase: 'creating' };

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
  const { request, source, provider, why, places, world, deletionWaitMs } = creation;
  const { reached } = world;
  const nowMs = world.nowMs();
  refuseCancelled(request);
  refuseFolder(places.folder);
  const before = readRecord(places.recordFile);
  const { kept, lost } = whatIsKept(keptFor(before, request), creation);
  const nonce = process.getBuiltinModule('node:crypto').randomBytes(4).toString('hex');
  const common = {
    version: 1,
    id: request.id,
    nonce,
    provider: provider.kind,
    from: source.root,
    why,
    createdMs: nowMs,
    usedMs: nowMs,
    owner: ownerIn(request),
    status: 'running',
    ...keptBefore(before),
  } as const;
  const site = provider.buildsInPlace ? places.folder : places.stagingFolder(nonce);
  let record: CreatingRecord = { ...common, phase: 'creating', folder: null, worker: null };
  writeRecord(places.recordFile, record);
  reached('creating-recorded');
  const folder = makeSite(site, places, record);
  const progress = watchProgress({ request, source, provider: provider.kind, site });
  try {
    record = { ...record, folder };
    writeRecord(places.recordFile, record);
    reached('folder-made');
    const ports = askForPorts(places, null, world);
    const run = cancellable(request, (worker) => writeRecord(places.recordFile, { ...record, worker }));
    const { folder: path, notesFile } = places;
    const built = await provider.build({ source, id: request.id, site, base: request.base, kept, notesFile, run });
    const restored = built.isRestored ? kept : null;
    if (restored !== null) reached('work-restored');
    progress.isDoing('including');
    const warnings = [...lost, ...built.warnings, ...(await include(creation, site, run))];
    refuseCancelled(request);
    reached('tree-built');
    if (site !== places.folder) {
      refuseFolder(places.folder);
      renameSync(site, places.folder);
    }
    reached('tree-named');
    const note = (readiness: Readiness): void => {
      record = { ...record, readiness };
      writeRecord(places.recordFile, record);
    };
    progress.isDoing('setting-up');
    const made = await makeReady({ request, source, places, isNew: true, record, ports, run, note }, world);
    if (made.prepared.length > 0)
      await provider.settle({ id: request.id, folder: path, from: source.root, base: null, notesFile }, restored);
    const began = restored === null ? {} : { restored: restored.revision };
    const ready = { ...common, ...began, phase: 'ready', folder, base: built.base, readiness: made.readiness } as const;
    writeRecord(places.recordFile, ready);
    reached('ready-recorded');
    const { env, prepared } = made;
    return {
      workspace: identityIn(places, ready),
      reused: false,
      ...(restored === null ? {} : { restored: toldOf(restored) }),
      env,
      prepared,
      warnings: [...warnings, ...made.warnings],
    };
  } catch (cause) {
    // What made it fail is what the user has to hear, even when clearing up fails too: then the record says so next time.
    await takeBack(record, places, reached, deletionWaitMs).catch(() => {});
    refuseCancelled(request);
    throw cause;
  } finally {
    progress.end();
  }
}

/** Returns who a workspace is asked for by. */
export function ownerIn({ runId, workflow, step }: WorkspaceRequest): WorkspaceOwner {
  return { runId, workflow: workflow ?? null, ...(step === undefined ? {} : { step }) };
}

/** What of it this workspace can begin with: it is kept in the form of the provider that made it, in the repository that it was made of. */
function whatIsKept(
  entry: KeptEntry | null,
  { provider, source }: Creation,
): { readonly kept: KeptEntry | null; readonly lost: readonly string[] } {
  if (entry === null) return { kept: null, lost: [] };
  if (entry.provider === provider.kind && entry.from === source.root) return { kept: entry, lost: [] };
  const why = `it was made by provider \`${entry.provider}\` from ${entry.from}`;
  return { kept: null, lost: [`what this run had left, kept as ${entry.name}, cannot be in this workspace: ${why}`] };
}

/** What outlived earlier workspaces of this name stays known. */
function keptBefore(before: WorkspaceRecord | null | 'unreadable'): { readonly kept?: readonly KeptEntry[] } {
  return before === null || before === 'unreadable' || before.kept === undefined ? {} : { kept: before.kept };
}

function makeSite(site: string, places: WorkspacePlaces, record: WorkspaceRecord): string {
  try {
    mkdirSync(site, { mode: 0o700 });
  } catch (cause) {
    writeGone(places.recordFile, record, null);
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
  // A copy has everything that the checkout has.
  const listed = provider.kind === 'copy' ? NOTHING : await worktreeIncluded(source);
  const { paths } = listed;
  if (request.include.length === 0 && paths.length === 0) return listed.warnings;
  const { copied, warnings } = await bringAlong({ from: source.checkout, to: site, patterns: request.include, paths, run });
  const told = [...listed.warnings, ...warnings];
  return copied.length === 0 ? told : [...told, ...(await provider.keepOut({ source, site, paths: copied }))];
}

function tooBusy(root: string, cause: BuildRaceError): UserError {
  return new UserError('workspace-repository-busy', `other programs keep registering worktrees of ${root}: ${cause.message}`, {
    hint: 'try again when they are done',
    cause,
  });
}

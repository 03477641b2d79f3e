// Gives a run its workspace and takes it away: holds the lock, keeps the record, finishes or takes back what a crash left.
// Not here: how a tree is made (providers/), what is decided about one that is there (decide-reuse.ts).

import { lstatSync, mkdirSync, realpathSync, renameSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';

import { UserError, assert, unreachable } from '@workflow-platform/events';
import type { WorkspaceIdentity } from '@workflow-platform/events';

import { decideProvider } from './decide-provider.ts';
import { decideReuse } from './decide-reuse.ts';
import { explainFileFailure } from './file-failure.ts';
import { findSource } from './find-source.ts';
import type { Source } from './find-source.ts';
import { bringAlong } from './include.ts';
import { gitWorktree } from './providers/git-worktree.ts';
import { plainCopy } from './providers/plain-copy.ts';
import type { WorkspaceProvider } from './providers/provider.ts';
import { eraseRecord, folderIdentity, isFolder, readRecord, writeRecord } from './record.ts';
import type { WorkspaceRecord } from './record.ts';
import { refuseMounts, removeTree } from './remove-tree.ts';
import { runProcess, runWorker } from './run-process.ts';
import type { ProcessRequest, ProcessResult } from './run-process.ts';
import { stopLeftover } from './stop-leftover.ts';
import { checkWorkspaceId } from './workspace-id.ts';
import { namespaceOf, workspacePlaces } from './workspace-paths.ts';
import type { WorkspacePlaces } from './workspace-paths.ts';

/** What is asked for. */
export interface WorkspaceRequest {
  readonly runId: string;
  readonly id: string;
  /** Absolute path: any folder inside the repository or folder to start from. */
  readonly from: string;
  readonly provider: 'auto' | 'git' | 'copy' | 'none';
  /** Revision, or null for the head. */
  readonly base: string | null;
  /** Globs of ignored files to bring along. */
  readonly include: readonly string[];
}

/** What was given. */
export interface EnsuredWorkspace {
  readonly workspace: WorkspaceIdentity;
  readonly reused: boolean;
  /** What the user should know, a sentence each. */
  readonly warnings: readonly string[];
}

/** A lock between processes that dies with its holder. `forget` removes its files while it is still held. */
export type AcquireLock = (
  path: string,
  options: { readonly owner: string },
) => { release(options?: { readonly forget?: boolean }): void } | { readonly heldBy: string };

/** Where a test may end the process: right after that much is on the disk. */
export type Checkpoint =
  | 'creating-recorded'
  | 'folder-made'
  | 'tree-built'
  | 'tree-named'
  | 'ready-recorded'
  | 'removing-recorded'
  | 'tree-moved'
  | 'deregistered'
  | 'tree-deleted';

/** How the manager reaches the world. */
export interface WorkspaceManagerOptions {
  /** Folder of all workspaces; made when it is missing. */
  readonly root: string;
  readonly acquireLock: AcquireLock;
  readonly nowMs?: () => number;
  /** Called between the stages of making and removing, for tests of crashes. */
  readonly onCheckpoint?: (checkpoint: Checkpoint) => void;
}

/** Gives runs their workspaces. */
export interface WorkspaceManager {
  /** Makes the workspace or finds it again; safe to call again for the same run. Holds it for this process until released. */
  ensure(request: WorkspaceRequest): Promise<EnsuredWorkspace>;
  /** Lets go of it; the folder stays. */
  release(workspace: WorkspaceIdentity): Promise<void>;
  /** Removes it. Refuses what is not ours; does nothing when it is gone already. Not for provider `none`. */
  remove(workspace: WorkspaceIdentity): Promise<void>;
}

/** Makes the manager of the workspaces under one root. */
export function createWorkspaceManager(options: WorkspaceManagerOptions): WorkspaceManager {
  return new Manager(options);
}

const PROVIDERS = { git: gitWorktree, copy: plainCopy } as const;

interface Hold {
  readonly runId: string;
  readonly lock: { release(options?: { readonly forget?: boolean }): void };
  /** Settles when the last request of this run for the workspace is answered. */
  result: Promise<unknown>;
}

class Manager implements WorkspaceManager {
  readonly #options: WorkspaceManagerOptions;
  readonly #holds = new Map<string, Hold>();

  constructor(options: WorkspaceManagerOptions) {
    this.#options = options;
  }

  async ensure(request: WorkspaceRequest): Promise<EnsuredWorkspace> {
    checkWorkspaceId(request.id);
    const source = findSource(request.from);
    const isSharedWithJujutsu = source.kind === 'git' && source.isSharedWithJujutsu;
    const { id, base } = request;
    const { provider, why } = decideProvider({
      asked: request.provider,
      source: source.kind,
      isSharedWithJujutsu,
      base,
      root: source.root,
    });
    if (provider === 'none') {
      const workspace = { id, path: source.checkout, provider, from: source.checkout, base: null, why };
      return { workspace, reused: false, warnings: [] };
    }
    return this.#guard(() => this.#ensureFolder(request, source, PROVIDERS[provider], why));
  }

  async #ensureFolder(
    request: WorkspaceRequest,
    source: Source,
    provider: WorkspaceProvider,
    why: string,
  ): Promise<EnsuredWorkspace> {
    const places = this.#makePlaces(source.root, request.id);
    provider.check(source, realpathSync(this.#options.root));
    const hold = this.#holds.get(places.folder) ?? this.#lock(places, request.id, request.runId);
    if (hold.runId !== request.runId) throw busy(request.id, `run ${hold.runId}`);
    try {
      // One after the other: the second request finds what the first one made.
      const result = hold.result.then(() => this.#settle(request, source, provider, why, places));
      hold.result = result;
      return await result;
    } catch (cause) {
      this.#letGo(places, { forget: lstatSync(places.recordFile, { throwIfNoEntry: false }) === undefined });
      throw cause;
    }
  }

  async #settle(
    request: WorkspaceRequest,
    source: Source,
    provider: WorkspaceProvider,
    why: string,
    places: WorkspacePlaces,
  ): Promise<EnsuredWorkspace> {
    const { id, base } = request;
    const record = readRecord(places.recordFile);
    const folder = this.#lookAt(places.folder, record);
    const problem = folder === 'recorded' ? provider.problemOf(source, places.folder) : null;
    const decision = decideReuse({ id, path: places.folder, record, folder, problem, provider: provider.kind, base });
    if (decision.kind === 'reuse') {
      assert(record !== null && record !== 'unreadable' && record.phase === 'ready', 'a ready workspace is reused');
      return { workspace: identityOf(record, places), reused: true, warnings: decision.warnings };
    }
    if (record !== null && record !== 'unreadable') {
      if (decision.kind === 'roll-back') await this.#rollBack(record, places);
      if (decision.kind === 'finish-removal') await this.#finishRemoval(record, places);
    }
    return this.#create(request, source, provider, why, places);
  }

  async #create(
    request: WorkspaceRequest,
    source: Source,
    provider: WorkspaceProvider,
    why: string,
    places: WorkspacePlaces,
  ): Promise<EnsuredWorkspace> {
    const { id, base } = request;
    const nonce = newNonce();
    const common = {
      version: 1,
      id,
      nonce,
      provider: provider.kind,
      from: source.root,
      why,
      createdMs: (this.#options.nowMs ?? Date.now)(),
    } as const;
    const site = provider.buildsInPlace ? places.folder : places.stagingFolder(nonce);
    let record: WorkspaceRecord = { ...common, phase: 'creating', folder: null, worker: null };
    writeRecord(places.recordFile, record);
    this.#reached('creating-recorded');
    try {
      mkdirSync(site, { mode: 0o700 });
      const folder = folderIdentity(site);
      assert(folder !== null, `${site} was just made`);
      record = { ...record, folder };
      writeRecord(places.recordFile, record);
      this.#reached('folder-made');
      const run = (process: ProcessRequest): Promise<ProcessResult> =>
        runWorker(process, (worker) => writeRecord(places.recordFile, { ...common, phase: 'creating', folder, worker }));
      const built = await provider.build({ source, site, base, run });
      const warnings = [...built.warnings, ...(await this.#include(request, source, site, run))];
      this.#reached('tree-built');
      if (site !== places.folder) renameSync(site, places.folder);
      this.#reached('tree-named');
      const ready = { ...common, phase: 'ready', folder, base: built.base } as const;
      writeRecord(places.recordFile, ready);
      this.#reached('ready-recorded');
      return { workspace: identityOf(ready, places), reused: false, warnings };
    } catch (cause) {
      // What made the making fail is what the user has to hear, even when clearing up fails too: the record stays for next time.
      await this.#rollBack(record, places).catch(() => {});
      throw cause;
    }
  }

  async #include(
    request: WorkspaceRequest,
    source: Source,
    site: string,
    run: (process: ProcessRequest) => Promise<ProcessResult>,
  ): Promise<readonly string[]> {
    if (request.include.length === 0) return [];
    const { copied, warnings } = await bringAlong({ from: source.checkout, to: site, patterns: request.include, run });
    if (source.kind !== 'git' || copied.length === 0) return warnings;
    const argv = ['git', 'check-ignore', '-z', '--stdin'] as const;
    const { stdout } = await runProcess({ argv: [...argv], cwd: site, stdin: copied.join('\0') });
    const ignored = new Set(stdout.split('\0'));
    const visible = copied.filter((path) => !ignored.has(path));
    if (visible.length === 0) return warnings;
    return [
      ...warnings,
      `git does not ignore ${visible.map((path) => `\`${path}\``).join(', ')}: a step that commits everything would commit it`,
    ];
  }

  async release(workspace: WorkspaceIdentity): Promise<void> {
    const hold = this.#holds.get(workspace.path);
    if (hold === undefined) return;
    this.#holds.delete(workspace.path);
    hold.lock.release();
  }

  async remove(workspace: WorkspaceIdentity): Promise<void> {
    assert(workspace.provider !== 'none', 'the checkout itself is never removed');
    checkWorkspaceId(workspace.id);
    await this.#guard(async () => {
      const places = this.#makePlaces(workspace.from, workspace.id);
      if (places.folder !== workspace.path) throw elsewhere(workspace, places.folder);
      if (!this.#holds.has(places.folder)) this.#lock(places, workspace.id, 'removal');
      let isGone = false;
      try {
        await this.#removeFolder(workspace.id, places);
        isGone = true;
      } finally {
        this.#letGo(places, { forget: isGone });
      }
    });
  }

  async #removeFolder(id: string, places: WorkspacePlaces): Promise<void> {
    const record = readRecord(places.recordFile);
    const folder = this.#lookAt(places.folder, record);
    if (record === null && folder === 'missing') return;
    if (record === null || record === 'unreadable') throw notOurs(places.folder, id);
    switch (record.phase) {
      case 'creating':
        return this.#rollBack(record, places);
      case 'removing':
        return this.#finishRemoval(record, places);
      case 'ready': {
        if (folder === 'other') throw notOurs(places.folder, id);
        refuseMounts(places.folder);
        const removing = { ...record, phase: 'removing' } as const;
        writeRecord(places.recordFile, removing);
        this.#reached('removing-recorded');
        return this.#finishRemoval(removing, places);
      }
      default:
        return unreachable(record);
    }
  }

  /** Takes back a workspace that was not finished, or forgets one whose folder is gone. */
  async #rollBack(record: WorkspaceRecord, places: WorkspacePlaces): Promise<void> {
    if (record.phase === 'creating' && record.worker !== null)
      await stopLeftover(record.worker, record.provider === 'git' ? places.folder : record.nonce);
    await removeTree(places.stagingFolder(record.nonce));
    if (record.folder !== null && isFolder(places.folder, record.folder))
      renameSync(places.folder, places.trashFolder(record.nonce));
    else if (record.phase === 'creating') removeIfEmpty(places.folder);
    await this.#finishRemoval(record, places);
  }

  async #finishRemoval(record: WorkspaceRecord, places: WorkspacePlaces): Promise<void> {
    const trash = places.trashFolder(record.nonce);
    if (record.folder !== null && isFolder(places.folder, record.folder)) renameSync(places.folder, trash);
    this.#reached('tree-moved');
    PROVIDERS[record.provider].deregister(record.from, places.folder);
    this.#reached('deregistered');
    await removeTree(trash);
    this.#reached('tree-deleted');
    eraseRecord(places.recordFile);
  }

  #lookAt(path: string, record: WorkspaceRecord | null | 'unreadable'): 'missing' | 'recorded' | 'other' {
    if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return 'missing';
    if (record === null || record === 'unreadable' || record.folder === null) return 'other';
    return isFolder(path, record.folder) ? 'recorded' : 'other';
  }

  /** Makes root, namespace and state folder; none of the last two may be a link. */
  #makePlaces(repositoryRoot: string, id: string): WorkspacePlaces {
    mkdirSync(this.#options.root, { recursive: true, mode: 0o700 });
    const namespace = join(realpathSync(this.#options.root), namespaceOf(repositoryRoot));
    for (const folder of [namespace, join(namespace, '.state')]) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      if (!lstatSync(folder).isDirectory())
        throw new UserError('workspace-foreign', `${folder} is a link; workspaces are not kept behind links`, {
          hint: 'move it away',
        });
    }
    return workspacePlaces(namespace, id);
  }

  #lock(places: WorkspacePlaces, id: string, runId: string): Hold {
    const lock = this.#options.acquireLock(places.lockFile, { owner: `run ${runId}` });
    if ('heldBy' in lock) throw busy(id, lock.heldBy);
    const hold: Hold = { runId, lock, result: Promise.resolve() };
    this.#holds.set(places.folder, hold);
    return hold;
  }

  #letGo(places: WorkspacePlaces, options: { readonly forget: boolean }): void {
    const hold = this.#holds.get(places.folder);
    this.#holds.delete(places.folder);
    hold?.lock.release(options);
  }

  #reached(checkpoint: Checkpoint): void {
    this.#options.onCheckpoint?.(checkpoint);
  }

  async #guard<T>(use: () => Promise<T>): Promise<T> {
    try {
      return await use();
    } catch (cause) {
      throw explainFileFailure(cause, this.#options.root);
    }
  }
}

function identityOf(record: WorkspaceRecord & { readonly phase: 'ready' }, places: WorkspacePlaces): WorkspaceIdentity {
  const { id, provider, from, base, why } = record;
  return { id, path: places.folder, provider, from, base, why };
}

function newNonce(): string {
  return process.getBuiltinModule('node:crypto').randomBytes(4).toString('hex');
}

/** A folder without content may be the one we made just before a crash; with content it is somebody's. */
function removeIfEmpty(path: string): void {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return;
  try {
    rmdirSync(path);
  } catch (cause) {
    throw new UserError('workspace-foreign', `${path} was not made by workflow; it is neither used nor removed`, {
      hint: 'move it away',
      cause,
    });
  }
}

function busy(id: string, holder: string): UserError {
  return new UserError('workspace-busy', `workspace \`${id}\` is in use by ${holder}`, {
    hint: 'wait for that run to end, cancel it, or choose another workspace id',
  });
}

function elsewhere({ id, path }: WorkspaceIdentity, expected: string): UserError {
  return new UserError(
    'workspace-elsewhere',
    `workspace \`${id}\` at ${path} is not where workspaces are kept now (${expected})`,
    {
      hint: 'set AI_WORKSPACES_ROOT as it was when the workspace was made',
    },
  );
}

function notOurs(path: string, id: string): UserError {
  return new UserError(
    'workspace-foreign',
    `${path} is not the folder that workflow made for workspace \`${id}\`; it is not removed`,
    {
      hint: 'look at it and remove it by hand if it is not needed',
    },
  );
}

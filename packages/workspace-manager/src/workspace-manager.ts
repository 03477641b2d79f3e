// Gives a run its workspace and takes it away: finds the places, holds the lock, and has the rest done.
// Not here: how a tree is made (create-workspace.ts, providers/) and cleared away (take-back.ts), what is decided about one
// that is there (decide-reuse.ts).

import { lstatSync, mkdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';

import { assert, unreachable } from '@workflow-platform/events';
import { UserError } from '@workflow-platform/events';
import type { WorkspaceIdentity } from '@workflow-platform/events';

import { createWorkspace } from './create-workspace.ts';
import { decideProvider } from './decide-provider.ts';
import { decideReuse } from './decide-reuse.ts';
import { explainFileFailure } from './file-failure.ts';
import { findSource } from './find-source.ts';
import type { Source } from './find-source.ts';
import { Holds } from './holds.ts';
import { jujutsuIn } from './jujutsu/jujutsu-in.ts';
import type { WorkspaceProvider } from './providers/provider.ts';
import { PROVIDERS } from './providers/providers.ts';
import { isFolder, readRecord, writeRecord } from './record.ts';
import type { WorkspaceRecord } from './record.ts';
import { refuseMounts } from './remove-tree.ts';
import { finishRemoval, takeBack } from './take-back.ts';
import { foreignFolder, workspaceElsewhere } from './workspace-errors.ts';
import { checkWorkspaceId } from './workspace-id.ts';
import { identityIn, namespaceOf, workspacePlaces } from './workspace-paths.ts';
import type { WorkspacePlaces } from './workspace-paths.ts';
import type {
  Checkpoint,
  EndedStep,
  EnsuredWorkspace,
  WorkspaceManager,
  WorkspaceManagerOptions,
  WorkspaceRequest,
} from './workspace-port.ts';

/** Makes the manager of the workspaces under one root. */
export function createWorkspaceManager(options: WorkspaceManagerOptions): WorkspaceManager {
  return new FolderWorkspaces(options);
}

class FolderWorkspaces implements WorkspaceManager {
  readonly #root: string;
  readonly #nowMs: () => number;
  readonly #reached: (checkpoint: Checkpoint) => void;
  readonly #holds: Holds;

  constructor({ root, acquireLock, nowMs = Date.now, onCheckpoint = () => {} }: WorkspaceManagerOptions) {
    this.#root = root;
    this.#nowMs = nowMs;
    this.#reached = onCheckpoint;
    this.#holds = new Holds(acquireLock);
  }

  async ensure(request: WorkspaceRequest): Promise<EnsuredWorkspace> {
    const { id, base } = request;
    checkWorkspaceId(id);
    const source = findSource(request.from, this.#root);
    const asked = request.provider;
    const jujutsu = asked === 'auto' || asked === 'jj' ? await jujutsuIn(source) : null;
    const { provider, why } = decideProvider({ asked, source: source.kind, jujutsu, base, root: source.root });
    if (provider === 'none') {
      // Not locked: who works in the checkout itself has chosen to do without isolation, and runs that only read it may go
      // side by side, as may a run and those it starts.
      const workspace = { id, path: source.checkout, provider, from: source.checkout, base: null, why };
      return { workspace, reused: false, warnings: [] };
    }
    return this.#explained(async () => {
      try {
        return await this.#ensureFolder(request, source, PROVIDERS[provider], why);
      } catch (cause) {
        // Somebody who has only just begun gets a first run all the same; who asked for git is told.
        if (request.provider !== 'auto' || !isEmptyRepository(cause)) throw cause;
        const copyWhy = 'the repository has no commit yet, so its files are copied as they are';
        return this.#ensureFolder(request, source, PROVIDERS.copy, copyWhy);
      }
    });
  }

  async #ensureFolder(
    request: WorkspaceRequest,
    source: Source,
    provider: WorkspaceProvider,
    why: string,
  ): Promise<EnsuredWorkspace> {
    const places = this.#makePlaces(source.root, request.id);
    provider.check(source, realpathSync(this.#root));
    this.#holds.take(places, request.id, request.runId);
    try {
      return await this.#holds.inTurn(places.folder, () => this.#settle(request, source, provider, why, places));
    } catch (cause) {
      this.#holds.release(places.folder, { forget: !hasRecord(places) });
      throw cause;
    }
  }

  async #settle(
    request: WorkspaceRequest,
    source: Source,
    chosen: WorkspaceProvider,
    why: string,
    places: WorkspacePlaces,
  ): Promise<EnsuredWorkspace> {
    const { id, base } = request;
    const record = readRecord(places.recordFile);
    // What is there already is taken as it was made, unless somebody asks for one provider by name.
    const isThere = record !== null && record !== 'unreadable' && record.phase === 'ready';
    const provider = isThere && request.provider === 'auto' ? PROVIDERS[record.provider] : chosen;
    const folder = lookAt(places.folder, record);
    const made = { id, folder: places.folder, from: source.root, base: isThere ? record.base : null };
    const problem = isThere && folder === 'recorded' ? await provider.problemOf(source, made) : null;
    const decision = decideReuse({ id, path: places.folder, record, folder, problem, provider: provider.kind, base });
    switch (decision.kind) {
      case 'reuse':
        return {
          workspace: identityIn(places, decision.record),
          reused: true,
          warnings: [...decision.warnings, ...(await provider.refresh(made))],
        };
      case 'take-back':
        await takeBack(decision.record, places, this.#reached);
        break;
      case 'finish-removal':
        await finishRemoval(decision.record, places, this.#reached);
        break;
      case 'create':
        break;
      default:
        return unreachable(decision);
    }
    return createWorkspace({ request, source, provider, why, places, nowMs: this.#nowMs(), reached: this.#reached });
  }

  async snapshot({ id, path, provider, from, base }: WorkspaceIdentity, step: EndedStep): Promise<readonly string[]> {
    if (provider === 'none') return [];
    const made = { id, folder: path, from, base };
    // One after the other: steps that end at the same moment share the working copy.
    return this.#holds.inTurn(path, () => this.#explained(() => PROVIDERS[provider].snapshot(made, step)));
  }

  async release(workspace: WorkspaceIdentity): Promise<void> {
    this.#holds.release(workspace.path, { forget: false });
  }

  async remove(workspace: WorkspaceIdentity): Promise<void> {
    assert(workspace.provider !== 'none', 'the checkout itself is never removed');
    checkWorkspaceId(workspace.id);
    await this.#explained(async () => {
      const places = this.#makePlaces(workspace.from, workspace.id);
      if (places.folder !== workspace.path) throw workspaceElsewhere(workspace.id, workspace.path, places.folder);
      if (!this.#holds.has(places.folder)) this.#holds.take(places, workspace.id, '(removing it)');
      try {
        await this.#removeFolder(places);
      } finally {
        this.#holds.release(places.folder, { forget: !hasRecord(places) });
      }
    });
  }

  async #removeFolder(places: WorkspacePlaces): Promise<void> {
    const record = readRecord(places.recordFile);
    const folder = lookAt(places.folder, record);
    if (record === null && folder === 'missing') return;
    if (record === null) throw foreignFolder(places.folder);
    if (record === 'unreadable') throw foreignFolder(places.folder, 'has a record that cannot be read');
    switch (record.phase) {
      case 'creating':
        return takeBack(record, places, this.#reached);
      case 'removing':
        return finishRemoval(record, places, this.#reached);
      case 'ready': {
        if (folder === 'other') throw foreignFolder(places.folder, 'is another folder than the one workflow made');
        refuseMounts(places.folder);
        if (folder === 'recorded') await PROVIDERS[record.provider].preserve({ ...record, folder: places.folder });
        const removing = { ...record, phase: 'removing' } as const;
        writeRecord(places.recordFile, removing);
        this.#reached('removing-recorded');
        return finishRemoval(removing, places, this.#reached);
      }
      default:
        return unreachable(record);
    }
  }

  /** Makes root, namespace and state folder. The root may be a link, which is the user's choice; the others may not. */
  #makePlaces(repositoryRoot: string, id: string): WorkspacePlaces {
    mkdirSync(this.#root, { recursive: true, mode: 0o700 });
    const namespace = join(realpathSync(this.#root), namespaceOf(repositoryRoot));
    for (const folder of [namespace, join(namespace, '.state')]) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      if (!lstatSync(folder).isDirectory()) throw foreignFolder(folder, 'is a link and leads elsewhere');
    }
    return workspacePlaces(namespace, id);
  }

  async #explained<T>(use: () => Promise<T>): Promise<T> {
    try {
      return await use();
    } catch (cause) {
      throw explainFileFailure(cause, this.#root);
    }
  }
}

function lookAt(path: string, record: WorkspaceRecord | null | 'unreadable'): 'missing' | 'recorded' | 'other' {
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return 'missing';
  if (record === null || record === 'unreadable' || record.folder === null) return 'other';
  return isFolder(path, record.folder) ? 'recorded' : 'other';
}

function hasRecord({ recordFile }: WorkspacePlaces): boolean {
  return lstatSync(recordFile, { throwIfNoEntry: false }) !== undefined;
}

function isEmptyRepository(cause: unknown): boolean {
  return cause instanceof UserError && cause.code === 'workspace-repository-empty';
}

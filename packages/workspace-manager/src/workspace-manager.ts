// Gives a run its workspace and takes it away: finds the places, holds the lock, and has the rest done.
// Not here: how a tree is made (create-workspace.ts, providers/) and cleared away (take-back.ts), what is decided about one
// that is there (decide-reuse.ts).

import { lstatSync, mkdirSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

import { assert, unreachable } from '@workflow-platform/events';
import { UserError } from '@workflow-platform/events';
import type { SavedWork, WorkspaceIdentity } from '@workflow-platform/events';

import { metadataFileIn } from './agent/agent-places.ts';
import { readMetadata } from './agent/metadata.ts';
import { cancellable } from './cancellable.ts';
import { createWorkspace, ownerIn } from './create-workspace.ts';
import { decideProviderAgain } from './decide-provider.ts';
import { decideReuse } from './decide-reuse.ts';
import { explainFileFailure } from './file-failure.ts';
import { findSource } from './find-source.ts';
import type { Source } from './find-source.ts';
import { Holds } from './holds.ts';
import { jujutsuIn } from './jujutsu/jujutsu-in.ts';
import type { MadeWorkspace, WorkspaceProvider } from './providers/provider.ts';
import { PROVIDERS } from './providers/providers.ts';
import { makeCheckoutReady } from './ready/make-checkout-ready.ts';
import { askForPorts, makeReady } from './ready/make-ready.ts';
import type { ReadyWorld, UnreadyWorkspace } from './ready/make-ready.ts';
import { folderIdentity, isFolder, keptFor, readRecord, writeRecord } from './record.ts';
import type { Readiness, ReadyRecord, WorkspaceRecord, WorkspaceStatus } from './record.ts';
import { toldOf } from './work/work.ts';
import { refuseMounts } from './remove-tree.ts';
import { endWorker, finishRemoval, takeBack } from './take-back.ts';
import { DELETION_WAIT_MS, deleteLeftTrash, deleteTrash } from './trash.ts';
import { watchProgress } from './watch-progress.ts';
import { foreignFolder, sameFolder, workspaceElsewhere } from './workspace-errors.ts';
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
  readonly #world: ReadyWorld;
  readonly #reached: (checkpoint: Checkpoint) => void;
  readonly #deletionWaitMs: number;
  readonly #holds: Holds;

  constructor(options: WorkspaceManagerOptions) {
    const { root, acquireLock, env = process.env, nowMs = Date.now, onCheckpoint = () => {} } = options;
    this.#root = root;
    this.#world = { acquireLock, env, nowMs, reached: onCheckpoint };
    this.#deletionWaitMs = options.deletionWaitMs ?? DELETION_WAIT_MS;
    this.#reached = onCheckpoint;
    this.#holds = new Holds(acquireLock);
  }

  async ensure(request: WorkspaceRequest): Promise<EnsuredWorkspace> {
    const { id, base } = request;
    checkWorkspaceId(id);
    const source = findSource(request.from, this.#root);
    const asked = request.provider;
    const jujutsu = asked === 'auto' || asked === 'jj' ? await jujutsuIn(source) : null;
    const facts = { asked, source: source.kind, jujutsu, base, root: source.root };
    const { provider, why } = decideProviderAgain(asked === 'auto' ? this.#keptProvider(source, request) : null, facts);
    if (provider === 'none') {
      // Not locked: who works in the checkout itself has chosen to do without isolation, and runs that only read it may go
      // side by side, as may a run and those it starts.
      const workspace = { id, path: source.checkout, provider, from: source.checkout, base: null, why };
      return { workspace, reused: false, ...(await makeCheckoutReady({ request, source, root: this.#root }, this.#world)) };
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

  /** What made the workspace whose work is kept for whoever asks; null when there is none. */
  #keptProvider({ root }: Source, request: WorkspaceRequest): WorkspaceProvider['kind'] | null {
    const record = readRecordIfPossible(workspacePlaces(join(this.#root, namespaceOf(root)), request.id).recordFile);
    if (record === null || record === 'unreadable' || record.phase === 'ready') return null;
    const isTheirs = record.owner?.runId === request.runId && record.owner.step === request.step;
    // A removal that was interrupted has its entry only when it is gone on with.
    if (record.phase === 'removing' && isTheirs && (record.keeps ?? null) !== null) return record.provider;
    return keptFor(record, request)?.provider ?? null;
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
      this.#holds.release(places.folder, { forget: !hasFolder(places) });
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
    const record = readRecord(places.recordFile) ?? (await this.#adopted(source, places, id));
    // What is there already is taken as it was made, unless somebody asks for one provider by name.
    const isThere = record !== null && record !== 'unreadable' && record.phase === 'ready';
    const provider = isThere && request.provider === 'auto' ? PROVIDERS[record.provider] : chosen;
    const folder = lookAt(places.folder, record);
    const made = madeWorkspace(places, { id, from: source.root, base: isThere ? record.base : null });
    const problem = isThere && folder === 'recorded' ? await provider.problemOf(source, made) : null;
    const decision = decideReuse({ id, path: places.folder, record, folder, problem, provider: provider.kind, base });
    switch (decision.kind) {
      case 'reuse':
        await endWorker(decision.record, places);
        return this.#reuse({ request, source, places, record: decision.record }, [
          ...decision.warnings,
          ...(await provider.refresh(made)),
        ]);
      case 'take-back':
        await takeBack(decision.record, places, this.#reached, this.#deletionWaitMs);
        break;
      case 'finish-removal':
        await finishRemoval(decision.record, places, this.#reached, this.#deletionWaitMs);
        break;
      case 'create':
        break;
      default:
        return unreachable(decision);
    }
    deleteLeftTrash(dirname(places.folder));
    const [world, deletionWaitMs] = [this.#world, this.#deletionWaitMs];
    return createWorkspace({ request, source, provider, why, places, world, deletionWaitMs });
  }

  /** What was there before gets what it lacks to be ready; when that fails, it stays. */
  async #reuse(
    found: Pick<UnreadyWorkspace, 'request' | 'source' | 'places'> & { readonly record: ReadyRecord },
    warnings: readonly string[],
  ): Promise<EnsuredWorkspace> {
    const { recordFile } = found.places;
    let record: ReadyRecord = {
      ...found.record,
      worker: null,
      owner: ownerIn(found.request),
      usedMs: this.#world.nowMs(),
      status: 'running',
    };
    writeRecord(recordFile, record);
    const note = (readiness: Readiness): void => writeRecord(recordFile, (record = { ...record, worker: null, readiness }));
    const run = cancellable(found.request, (worker) => writeRecord(recordFile, { ...record, worker }));
    const ports = askForPorts(found.places, record.readiness?.ports ?? null, this.#world);
    const progress = watchProgress({ ...found, provider: record.provider, site: found.places.folder });
    progress.isDoing('setting-up');
    const ready = makeReady({ ...found, isNew: false, ports, run, note }, this.#world);
    const made = await ready.finally(() => progress.end());
    if (made.readiness !== found.record.readiness) note(made.readiness);
    const { env, prepared } = made;
    const workspace = identityIn(found.places, record);
    return { workspace, reused: true, env, prepared, warnings: [...warnings, ...made.warnings] };
  }

  /** A workspace that another program made by the same rules, as its metadata tells, is as good as ours. */
  async #adopted(source: Source, places: WorkspacePlaces, id: string): Promise<WorkspaceRecord | null> {
    const metadata = readMetadata(metadataFileIn(places.folder));
    if (metadata === null || metadata === 'unreadable' || metadata['workspace_id'] !== id) return null;
    const folder = folderIdentity(places.folder);
    const made = madeWorkspace(places, { id, from: source.root, base: null });
    if (folder === null || (await PROVIDERS.jj.problemOf(source, made)) !== null) return null;
    const nonce = process.getBuiltinModule('node:crypto').randomBytes(4).toString('hex');
    const why = 'commands of agents run in Jujutsu workspaces';
    const about = { version: 1, id, nonce, provider: 'jj', from: source.root, why, createdMs: this.#world.nowMs() } as const;
    return { ...about, phase: 'ready', folder, base: null };
  }

  async snapshot({ id, path, provider, from, base }: WorkspaceIdentity, step: EndedStep): Promise<readonly string[]> {
    if (provider === 'none') return [];
    const made = madeWorkspace(this.#makePlaces(from, id), { id, from, base });
    // One after the other: steps that end at the same moment share the working copy.
    return this.#holds.inTurn(path, () => this.#explained(() => PROVIDERS[provider].snapshot(made, step)));
  }

  async release(workspace: WorkspaceIdentity, status: WorkspaceStatus): Promise<void> {
    if (this.#holds.has(workspace.path)) this.#note(workspace, status);
    this.#holds.release(workspace.path, { forget: false });
  }

  /** A workspace that can be given back can be given back without a note, too. */
  #note({ id, from }: WorkspaceIdentity, status: WorkspaceStatus): void {
    try {
      const { recordFile } = this.#makePlaces(from, id);
      const record = readRecord(recordFile);
      if (record === null || record === 'unreadable' || record.phase !== 'ready') return;
      writeRecord(recordFile, { ...record, status, usedMs: this.#world.nowMs() });
    } catch (cause) {
      if (!(cause instanceof Error) || !('syscall' in cause)) throw cause;
    }
  }

  async remove(workspace: WorkspaceIdentity, status?: WorkspaceStatus): Promise<SavedWork | null> {
    assert(workspace.provider !== 'none', 'the checkout itself is never removed');
    checkWorkspaceId(workspace.id);
    return this.#explained(async () => {
      const places = this.#makePlaces(workspace.from, workspace.id);
      if (places.folder !== workspace.path) throw workspaceElsewhere(workspace.id, workspace.path, places.folder);
      if (!this.#holds.has(places.folder)) this.#holds.take(places, workspace.id, '(removing it)');
      try {
        return await this.#removeFolder(places, status);
      } finally {
        this.#holds.release(places.folder, { forget: !hasFolder(places) });
      }
    });
  }

  async #removeFolder(places: WorkspacePlaces, status?: WorkspaceStatus): Promise<SavedWork | null> {
    const record = readRecord(places.recordFile);
    const folder = lookAt(places.folder, record);
    if (folder === 'missing' && (record === null || (record !== 'unreadable' && record.phase === 'gone'))) {
      await deleteTrash(dirname(places.folder), { id: basename(places.folder), waitMs: this.#deletionWaitMs });
      return null;
    }
    if (record === null) throw foreignFolder(places.folder);
    if (record === 'unreadable') throw foreignFolder(places.folder, 'has a record that cannot be read');
    if (record.id !== basename(places.folder)) throw sameFolder(places.folder, record.id);
    switch (record.phase) {
      case 'gone':
        throw foreignFolder(places.folder);
      case 'creating':
        await takeBack(record, places, this.#reached, this.#deletionWaitMs);
        return null;
      case 'removing':
        await finishRemoval(record, places, this.#reached, this.#deletionWaitMs);
        return (record.keeps ?? null) === null ? null : toldOf(record.keeps!);
      case 'ready': {
        if (folder === 'other') throw foreignFolder(places.folder, 'is another folder than the one workflow made');
        await endWorker(record, places);
        refuseMounts(places.folder);
        this.#holds.refuseUsers(places, record.id);
        const keeps = folder === 'recorded' ? await PROVIDERS[record.provider].save(madeWorkspace(places, record)) : null;
        // Of a folder that somebody deleted nothing is kept that could take the place of what it began with.
        const { restored, ...rest } = record;
        const replaces = folder === 'recorded' && restored !== undefined ? { restored } : {};
        const removing = { ...rest, ...replaces, ...(status === undefined ? {} : { status }), phase: 'removing', keeps } as const;
        writeRecord(places.recordFile, removing);
        this.#reached('removing-recorded');
        await finishRemoval(removing, places, this.#reached, this.#deletionWaitMs);
        return keeps === null ? null : toldOf(keeps);
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
  if (record === null || record === 'unreadable' || record.phase === 'gone' || record.folder === null) return 'other';
  return isFolder(path, record.folder) ? 'recorded' : 'other';
}

function hasFolder({ recordFile }: WorkspacePlaces): boolean {
  const record = readRecord(recordFile);
  return record === 'unreadable' || (record !== null && record.phase !== 'gone');
}

/** What a provider has to know of a workspace that was made. */
function madeWorkspace(
  { folder, notesFile }: WorkspacePlaces,
  { id, from, base }: Pick<WorkspaceIdentity, 'id' | 'from' | 'base'>,
): MadeWorkspace {
  return { id, folder, from, base, notesFile };
}

function isEmptyRepository(cause: unknown): boolean {
  return cause instanceof UserError && cause.code === 'workspace-repository-empty';
}

/** What keeps it from being read keeps the workspace from being made, and is told then. */
function readRecordIfPossible(file: string): ReturnType<typeof readRecord> {
  try {
    return readRecord(file);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause) return null;
    throw cause;
  }
}

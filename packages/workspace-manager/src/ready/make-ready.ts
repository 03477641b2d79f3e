// Makes a workspace ready for what is to run in it: ports of its own, the environment of its `.envrc`, its set-up. In this order,
// because each can use what the one before it gave.
// Not here: files that are brought along (include.ts), undoing it (forget-readiness.ts).

import { dirname } from 'node:path';

import type { ReadinessEvent } from '@workflow-platform/events';

import type { Source } from '../find-source.ts';
import { NOT_READY } from '../record.ts';
import type { Readiness, WorkspaceRecord } from '../record.ts';
import type { Run } from '../run-process.ts';
import type { AcquireLock, Checkpoint, ReadyRequest, Variables, WorkspaceRequest } from '../workspace-port.ts';
import type { WorkspacePlaces } from '../workspace-paths.ts';
import { composeProjectName, isComposeNameGiven } from './compose-name.ts';
import { PORT_COUNT } from './decide-block.ts';
import { loadDirenv } from './load-direnv.ts';
import type { LoadedDirenv } from './load-direnv.ts';
import { claimPorts } from './port-blocks.ts';
import type { PortClaim } from './port-blocks.ts';
import { setUp } from './set-up.ts';

/** How the world is reached while a workspace is made ready. */
export interface ReadyWorld {
  readonly acquireLock: AcquireLock;
  /** What steps start from. */
  readonly env: NodeJS.ProcessEnv;
  readonly nowMs: () => number;
  readonly reached: (checkpoint: Checkpoint) => void;
}

/** A workspace with its files in place. */
export interface UnreadyWorkspace {
  readonly request: WorkspaceRequest;
  readonly source: Source;
  readonly places: WorkspacePlaces;
  readonly isNew: boolean;
  /** As it stands on the disk. */
  readonly record: WorkspaceRecord;
  readonly ports: Promise<PortClaim>;
  /** Runs a program that writes into the workspace. */
  readonly run: Run;
  /** Puts what was done on the disk; it is there when this returns. */
  readonly note: (readiness: Readiness) => void;
}

/** A workspace that can be used. */
export interface ReadyWorkspace {
  readonly env: Variables;
  readonly prepared: readonly ReadinessEvent[];
  readonly warnings: readonly string[];
  readonly readiness: Readiness;
}

/** What is done where nothing was asked for. */
export const PLAIN: ReadyRequest = { setup: null, setupKey: [], direnv: 'auto' };

/** Makes it ready. Throws a UserError when that fails. */
export async function makeReady(workspace: UnreadyWorkspace, world: ReadyWorld): Promise<ReadyWorkspace> {
  const progress = new Progress(workspace);
  const claim = await workspace.ports;
  progress.know({ ports: claim.base });
  if (claim.base === null) progress.warnings.push(noPorts(claim.why));
  const own = ownVariables(claim.base, isComposeNameGiven(world.env) ? null : workspace.places.folder);
  const loaded = await load(workspace, { ...world, env: { ...world.env, ...own } }, progress);
  const env = { ...own, ...(loaded.envrcDigest === null ? {} : loaded.env) };
  await prepare(workspace, { ...world, env: applied(world.env, env) }, { envrcDigest: loaded.envrcDigest, progress });
  world.reached('made-ready');
  const { prepared, warnings, readiness } = progress;
  return { env, prepared, warnings, readiness };
}

/** What is done so far, and what there is to tell of it. */
class Progress {
  readonly prepared: ReadinessEvent[] = [];
  readonly warnings: string[] = [];
  readiness: Readiness;
  readonly #note: (readiness: Readiness) => void;

  constructor({ record, note }: UnreadyWorkspace) {
    this.readiness = record.readiness ?? NOT_READY;
    this.#note = note;
  }

  /** Takes something in that the record has to say in the end. */
  know(changes: Partial<Readiness>): void {
    const isNews = Object.entries(changes).some(([key, value]) => this.readiness[key as keyof Readiness] !== value);
    if (isNews) this.readiness = { ...this.readiness, ...changes };
  }

  /** Takes something in that has to be on the disk before it happens. */
  note(changes: Partial<Readiness>): void {
    this.readiness = { ...this.readiness, ...changes };
    this.#note(this.readiness);
  }
}

async function load(workspace: UnreadyWorkspace, world: ReadyWorld, progress: Progress): Promise<LoadedDirenv> {
  const { request, source, places, run } = workspace;
  const loaded = await loadDirenv({
    policy: (request.ready ?? PLAIN).direnv,
    folder: places.folder,
    checkout: source.checkout,
    env: world.env,
    memory: places.direnvFile,
    run,
    mark: places.folder,
    onAllow: (allowFile) => progress.note({ allowFile }),
  });
  if (loaded.envrcDigest !== null) {
    progress.prepared.push({ type: 'workspace.direnv-allowed', id: request.id, envrcDigest: loaded.envrcDigest });
    world.reached('direnv-allowed');
  } else if (loaded.warning !== null) {
    progress.warnings.push(loaded.warning);
  }
  return loaded;
}

async function prepare(
  { request, places, record, isNew, run }: UnreadyWorkspace,
  world: ReadyWorld,
  { envrcDigest, progress }: { readonly envrcDigest: string | null; readonly progress: Progress },
): Promise<void> {
  const { setup, setupKey } = request.ready ?? PLAIN;
  if (setup === null) return;
  const { folder } = places;
  const { event, doneKey, warnings } = await setUp({
    id: request.id,
    nonce: record.nonce,
    folder,
    isNew,
    setup,
    paths: setupKey,
    envrcDigest,
    env: { ...world.env, WORKFLOW: '1', WORKFLOW_RUN_ID: request.runId, WORKFLOW_WORKSPACE: folder },
    store: places.setupFolder,
    doneKey: progress.readiness.setupKey,
    onBegin: () => progress.note({ setupKey: null }),
    nowMs: world.nowMs,
    run,
    mark: folder,
    reached: world.reached,
  });
  if (event !== null) progress.prepared.push(event);
  progress.warnings.push(...warnings);
  progress.know({ setupKey: doneKey });
}

/** Asks for a workspace's ports, which can be had while its files are still being put in place. Its record is there by then. */
export function askForPorts(
  { folder, recordFile }: WorkspacePlaces,
  held: number | null,
  { acquireLock }: Pick<ReadyWorld, 'acquireLock'>,
): Promise<PortClaim> {
  const claim = claimPorts({ root: dirname(dirname(folder)), owner: recordFile, held, acquireLock });
  // When the files cannot be had, nobody asks for the answer.
  claim.catch(() => {});
  return claim;
}

/** Variables of the workspace itself; the folder where Docker Compose is to keep it apart from others. */
export function ownVariables(ports: number | null, composeFolder: string | null): { readonly [name: string]: string } {
  return {
    ...(ports === null ? {} : { WORKFLOW_PORT_BASE: String(ports), WORKFLOW_PORT_COUNT: String(PORT_COUNT) }),
    ...(composeFolder === null ? {} : { COMPOSE_PROJECT_NAME: composeProjectName(composeFolder) }),
  };
}

/** Returns the sentence about ports that could not be had. */
export function noPorts(why: string): string {
  return `steps go without WORKFLOW_PORT_BASE: ${why}`;
}

function applied(env: NodeJS.ProcessEnv, changes: Variables): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries({ ...env, ...changes }).filter(([, value]) => value !== null)) as NodeJS.ProcessEnv;
}

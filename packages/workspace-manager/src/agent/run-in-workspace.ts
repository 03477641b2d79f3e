// `workspace run`: makes or finds an agent workspace, gets it ready, runs a command in it, and notes how that ended.
// Not here: making one (ensure-workspace.ts), running something (run-command.ts).

import { lstatSync, rmSync } from 'node:fs';

import { UserError } from '@workflow-platform/events';

import type { HeldLock } from '../workspace-port.ts';
import { agentEnvironment } from './agent-environment.ts';
import { placesIn } from './agent-home.ts';
import type { AgentHome } from './agent-home.ts';
import type { AgentPlaces } from './agent-places.ts';
import { removeWorkspace } from './clean-workspace.ts';
import { allowDirenv, checkDirenv, hasDirenv, startFailure, withDirenv } from './direnv.ts';
import { ensureWorkspace, undoWorkspace } from './ensure-workspace.ts';
import { hashBundle } from './hash-bundle.ts';
import { editBase } from './jujutsu-workspaces.ts';
import { changeMetadata, readMetadata } from './metadata.ts';
import type { AgentStatus, MetadataChanges } from './metadata.ts';
import { catchSignals, statusOfSignal } from './passed-signals.ts';
import type { PassedSignals } from './passed-signals.ts';
import { runCommand } from './run-command.ts';
import { toolsVersionIn, updateTools } from './tool-copy.ts';
import { enter, usersOf } from './users.ts';
import { withWorkspaceLock } from './workspace-lock.ts';

/** What to run where. */
export interface AgentRunRequest {
  readonly id: string;
  readonly command: readonly string[];
  readonly workflow: string | null;
  /** Put a new workspace on this change. */
  readonly baseChange: string | null;
  /** Remove the workspace after success. */
  readonly cleanup: boolean;
  readonly direnv: boolean;
}

interface Prepared {
  readonly env: NodeJS.ProcessEnv;
  readonly usesDirenv: boolean;
  /** Everything the metadata says of this run, should the file be lost. */
  readonly metadata: MetadataChanges;
  readonly user: HeldLock;
}

/** Carries the request out and returns the exit status for the caller: the command's own. */
export async function runInWorkspace(home: AgentHome, request: AgentRunRequest): Promise<number> {
  const places = placesIn(home, request.id);
  const [program, ...args] = request.command;
  if (program === undefined || program === '') {
    throw new UserError('no-command', 'the command must not be empty', {
      hint: '`workflow workspace run --workspace-id ID -- COMMAND …`',
      exitCode: 2,
    });
  }
  const signals = catchSignals();
  try {
    const prepared = await withWorkspaceLock(home, places, () => prepare(home, places, request, signals));
    try {
      const { env, usesDirenv } = prepared;
      const argv = usesDirenv ? withDirenv([program, ...args]) : ([program, ...args] as const);
      const ended = await runCommand({ argv, cwd: places.folder, env, signals, say: home.say });
      const status = (usesDirenv && ended === 1 && (await startFailure(program, places.folder, env))) || ended;
      return await finish(home, places, { request, prepared, signals, status });
    } finally {
      prepared.user.release();
    }
  } finally {
    signals.release();
  }
}

async function prepare(
  home: AgentHome,
  places: AgentPlaces,
  request: AgentRunRequest,
  signals: PassedSignals,
): Promise<Prepared> {
  // Before anything is made: this is what most often cannot be had.
  hashBundle(home.toolsSource);
  const how = await ensureWorkspace(home, places);
  try {
    signals.check();
    return await getReady(home, places, request, { isNew: how === 'made', signals });
  } catch (cause) {
    if (how === 'made') await undoWorkspace(home, places);
    signals.check();
    throw cause;
  }
}

async function getReady(
  home: AgentHome,
  places: AgentPlaces,
  { baseChange, direnv, workflow, command }: AgentRunRequest,
  { isNew, signals }: { readonly isNew: boolean; readonly signals: PassedSignals },
): Promise<Prepared> {
  const { folder, toolsFolder } = places;
  if (baseChange !== null && isNew) await editBase(home.repositoryRoot, places, baseChange);
  if (baseChange !== null && !isNew)
    home.say(`workspace ${places.id} is there already and stays where it is: --base-change is for a new one`);
  signals.check();
  const source = home.toolsSource;
  const version = await toolsFor(home, places);
  const env = agentEnvironment(home, places, { version, source });
  const usesDirenv = direnv && hasDirenv(folder, env);
  if (usesDirenv) await allowDirenv(folder, env);
  if (usesDirenv && isNew) await checkDirenv(folder, env);
  signals.check();
  const user = enter(home, places);
  const metadata: MetadataChanges = {
    workspace_id: places.id,
    repo_root: home.repositoryRoot,
    workspace_path: folder,
    status: 'running',
    direnv_allowed: usesDirenv,
    command,
    workflow: workflow ?? undefined,
    // What was applied: a workspace that is found stays where it is.
    ...(isNew ? { base_change: baseChange ?? undefined } : {}),
    tools_source: source,
    tools_copy: toolsFolder,
    tools_version: version,
    process_id: process.pid,
  };
  try {
    changeMetadata(places, metadata, home.nowMs());
    rmSync(places.makingFile, { force: true });
  } catch (cause) {
    user.release();
    throw cause;
  }
  return { env, usesDirenv, metadata, user };
}

/** Tools are not replaced under somebody who works with them. */
async function toolsFor(home: AgentHome, places: AgentPlaces): Promise<string> {
  const version = toolsVersionIn(places);
  if (version === null || usersOf(home, places).length === 0) {
    return updateTools({ source: home.toolsSource, places, always: false });
  }
  if (version !== hashBundle(home.toolsSource)) {
    home.say(`the tools of workspace ${places.id} stay as they are: something is running there that may be using them`);
  }
  return version;
}

interface Ended {
  readonly request: AgentRunRequest;
  readonly prepared: Prepared;
  readonly signals: PassedSignals;
  readonly status: number;
}

async function finish(home: AgentHome, places: AgentPlaces, { request, prepared, signals, status }: Ended): Promise<number> {
  // A command that made its peace with Ctrl-C and ended well has ended well; who was told to stop by a signal of our own has not.
  const isStopped = signals.stop !== null && (signals.isStopOurs || status !== 0);
  const outcome: AgentStatus = isStopped ? 'cancelled' : status === 0 ? 'done' : 'error';
  try {
    await withWorkspaceLock(home, places, async () => {
      note(home, places, { ...prepared.metadata, status: outcome });
      prepared.user.release();
      if (!request.cleanup || outcome !== 'done') return;
      await removeWorkspace(home, places);
      home.say(`workspace ${places.id} is removed`);
    });
  } catch (cause) {
    // Somebody else has come to use it meanwhile: the command ended as it did all the same.
    if (!(cause instanceof UserError) || cause.code !== 'workspace-busy') throw cause;
    home.say(`${cause.message}: it stays`);
  }
  return isStopped && status === 0 ? statusOfSignal(signals.stop ?? 'SIGTERM') : status;
}

/** Writes how it ended, unless somebody has begun another run there that still goes on. */
function note(home: AgentHome, places: AgentPlaces, metadata: MetadataChanges): void {
  try {
    if (lstatSync(places.folder, { throwIfNoEntry: false }) === undefined) {
      home.say(`workspace ${places.id} was removed while the command ran`);
      return;
    }
    const before = readMetadata(places.metadataFile);
    if (before === null || before === 'unreadable') {
      changeMetadata(places, metadata, home.nowMs());
      return;
    }
    const latest = before['process_id'];
    if (latest !== process.pid && typeof latest === 'number' && usersOf(home, places).includes(latest)) return;
    changeMetadata(places, { status: metadata.status ?? 'error' }, home.nowMs());
  } catch (cause) {
    home.say(`cannot note in ${places.metadataFile} how it ended: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

// Makes or finds an agent workspace and gets it ready: base, tools, direnv, environment, metadata. Undone where that fails.
// Not here: making one (ensure-workspace.ts), what runs in it (run-in-workspace.ts).

import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { UserError } from '@workflow-platform/events';

import type { HeldLock } from '../workspace-port.ts';
import { agentEnvironment } from './agent-environment.ts';
import type { AgentHome } from './agent-home.ts';
import type { AgentPlaces } from './agent-places.ts';
import { noteUse, recordOf } from './agent-record.ts';
import { allowDirenv, checkDirenv, hasDirenv } from './direnv.ts';
import { ensureWorkspace, undoWorkspace } from './ensure-workspace.ts';
import { noteEvent, statusChanged } from './event-log.ts';
import { hashBundle } from './hash-bundle.ts';
import { editBase } from './jujutsu-workspaces.ts';
import { changeMetadata } from './metadata.ts';
import type { AgentStatus, MetadataChanges } from './metadata.ts';
import type { PassedSignals } from './passed-signals.ts';
import { toolsVersionIn, updateTools } from './tool-copy.ts';
import { enter, usersOf } from './users.ts';

/** Whether the `.envrc` of the workspace is loaded: where that can be (`auto`), or else it is refused (`require`), or never. */
export type DirenvPolicy = 'auto' | 'require' | 'off';

/** What a workspace is wanted for. */
export interface PrepareRequest {
  readonly command: readonly string[];
  readonly workflow: string | null;
  /** Put a new workspace on this change. */
  readonly baseChange: string | null;
  readonly direnv: DirenvPolicy;
  readonly status: AgentStatus;
  readonly signals: Pick<PassedSignals, 'check'>;
}

/** A workspace that is ready. */
export interface PreparedWorkspace {
  readonly isNew: boolean;
  readonly env: NodeJS.ProcessEnv;
  readonly usesDirenv: boolean;
  /** Everything the metadata says of this run, should the file be lost. */
  readonly metadata: MetadataChanges;
  readonly user: HeldLock;
}

/** Prepares it. Call it with the workspace locked; the caller is entered as its user. */
export async function prepareWorkspace(
  home: AgentHome,
  places: AgentPlaces,
  request: PrepareRequest,
): Promise<PreparedWorkspace> {
  const { signals } = request;
  // Before anything is made: this is what most often cannot be had.
  hashBundle(home.toolsSource);
  const how = await ensureWorkspace(home, places);
  try {
    signals.check();
    return await getReady(home, places, request, how === 'made');
  } catch (cause) {
    if (how === 'made') await undoWorkspace(home, places);
    signals.check();
    throw cause;
  }
}

async function getReady(
  home: AgentHome,
  places: AgentPlaces,
  { baseChange, direnv, workflow, command, status, signals }: PrepareRequest,
  isNew: boolean,
): Promise<PreparedWorkspace> {
  const { folder, toolsFolder } = places;
  if (baseChange !== null && isNew) await editBase(home.repositoryRoot, places, baseChange);
  if (baseChange !== null && !isNew)
    home.say(`workspace ${places.id} is there already and stays where it is: --base-change is for a new one`);
  signals.check();
  const source = home.toolsSource;
  const version = await toolsFor(home, places);
  const env = agentEnvironment(home, places, { version, source });
  const usesDirenv = direnv !== 'off' && hasDirenv(folder, env);
  if (direnv === 'require' && !usesDirenv) throw withoutDirenv(folder);
  if (usesDirenv) await allowDirenv(folder, env);
  if (usesDirenv && isNew) await checkDirenv(folder, env);
  signals.check();
  const user = enter(home, places);
  const metadata: MetadataChanges = {
    workspace_id: places.id,
    repo_root: home.repositoryRoot,
    workspace_path: folder,
    status,
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
    await noteUse(home, places, { isNew, workflow });
    rmSync(places.makingFile, { force: true });
    noteBeginning(home, places, { isNew, usesDirenv, workflow, status });
  } catch (cause) {
    user.release();
    throw cause;
  }
  return { isNew, env, usesDirenv, metadata, user };
}

/** Tools are not replaced under somebody who works with them. */
async function toolsFor(home: AgentHome, places: AgentPlaces): Promise<string> {
  const version = toolsVersionIn(places);
  if (version === null || usersOf(home, places).length === 0) {
    const source = home.toolsSource;
    const wanted = await updateTools({ source, places, always: false });
    if (wanted !== version) noteEvent(home, places, { type: 'workspace.tools-copied', id: places.id, version: wanted, source });
    return wanted;
  }
  if (version !== hashBundle(home.toolsSource)) {
    home.say(`the tools of workspace ${places.id} stay as they are: something is running there that may be using them`);
  }
  return version;
}

interface Beginning {
  readonly isNew: boolean;
  readonly usesDirenv: boolean;
  readonly workflow: string | null;
  readonly status: AgentStatus;
}

function noteBeginning(home: AgentHome, places: AgentPlaces, { isNew, usesDirenv, workflow, status }: Beginning): void {
  const { id, folder } = places;
  const { from, why, ...record } = recordOf(home, places);
  const base = record.phase === 'ready' ? record.base : null;
  const workspace = { id, path: folder, provider: 'jj', from, base, why } as const;
  noteEvent(home, places, { type: isNew ? 'workspace.created' : 'workspace.reused', workspace });
  if (usesDirenv) {
    const hash = process.getBuiltinModule('node:crypto').hash('sha256', readFileSync(join(folder, '.envrc')), 'hex');
    noteEvent(home, places, { type: 'workspace.direnv-allowed', id, envrcDigest: hash });
  }
  noteEvent(home, places, statusChanged(id, status, workflow));
}

function withoutDirenv(folder: string): UserError {
  return new UserError('direnv-failed', `there is no .envrc in ${folder}, or no direnv to load it with`, {
    hint: 'install direnv and add the file, or do not require it',
  });
}

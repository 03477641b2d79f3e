// Agent workspaces for other programs: what the subcommands do, one deed a function.
// Not here: running a command in one (run-in-workspace.ts), copying tools (sync-tools.ts).

import { cleanWorkspace } from '../home/clean-workspaces.ts';
import type { Cleaned } from '../home/clean-workspaces.ts';
import { placesIn } from './agent-home.ts';
import type { AgentHome } from './agent-home.ts';
import { checkFound } from './ensure-workspace.ts';
import { noteEvent, statusChanged } from './event-log.ts';
import { knownWorkspaces } from './jujutsu-workspaces.ts';
import { changeMetadata } from './metadata.ts';
import type { AgentStatus } from './metadata.ts';
import { prepareWorkspace } from './prepare-workspace.ts';
import type { DirenvPolicy } from './prepare-workspace.ts';
import { withWorkspaceLock } from './workspace-lock.ts';

/** Which workspace, and how it is to be. */
export interface AgentWorkspaceRequest {
  readonly id: string;
  /** Put a new workspace on this change; null makes a change beside that of the main working copy. */
  readonly base: string | null;
  readonly direnvPolicy: DirenvPolicy;
}

/** A workspace that is there and ready. */
export interface AgentWorkspace {
  readonly path: string;
  readonly isNew: boolean;
  /** What a program that works there should have as its environment; with direnv, run it by `direnv exec`. */
  readonly env: NodeJS.ProcessEnv;
  readonly isDirenvAllowed: boolean;
  /** Hash of the tools that were copied. */
  readonly toolsVersion: string;
}

/** Makes the workspace or finds it again, with its tools and its `.envrc`; its status is `idle` until somebody says otherwise. */
export async function ensureWorkspace(
  home: AgentHome,
  { id, base, direnvPolicy }: AgentWorkspaceRequest,
): Promise<AgentWorkspace> {
  const places = placesIn(home, id);
  const request = { command: [], workflow: null, baseChange: base, direnv: direnvPolicy, status: 'idle' } as const;
  return withWorkspaceLock(home, places, async () => {
    const prepared = await prepareWorkspace(home, places, { ...request, signals: { check() {} } });
    prepared.user.release();
    const { isNew, env, usesDirenv, metadata } = prepared;
    return { path: places.folder, isNew, env, isDirenvAllowed: usesDirenv, toolsVersion: metadata.tools_version ?? '' };
  });
}

/** Notes how things stand in the workspace. */
export async function updateStatus(home: AgentHome, id: string, status: AgentStatus): Promise<void> {
  const places = placesIn(home, id);
  await checkFound(home, places, await knownWorkspaces(home.repositoryRoot));
  await withWorkspaceLock(home, places, async () => {
    changeMetadata(places, { status }, home.nowMs());
    noteEvent(home, places, statusChanged(id, status, null));
  });
}

/** Removes the workspace, keeping what was changed in it unless it is to be thrown away. */
export function cleanup(
  home: AgentHome,
  id: string,
  options: { readonly discard: boolean } = { discard: false },
): Promise<Cleaned> {
  return cleanWorkspace(home, id, options);
}

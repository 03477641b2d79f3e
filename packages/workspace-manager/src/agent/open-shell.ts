// `workspace shell`: the user's own shell in an agent workspace, with the environment that an agent gets there.

import { userInfo } from 'node:os';

import { UserError } from '@workflow-platform/events';

import { jujutsuRepoOf } from '../find-source.ts';
import { findRow } from '../home/list-all.ts';
import type { WorkspaceHome } from '../home/workspace-home.ts';
import type { HeldLock } from '../workspace-port.ts';
import { agentEnvironment } from './agent-environment.ts';
import { placesIn } from './agent-home.ts';
import type { AgentPlaces } from './agent-places.ts';
import { allowDirenv, hasDirenv, withDirenv } from './direnv.ts';
import { checkFound } from './ensure-workspace.ts';
import { knownWorkspaces } from './jujutsu-workspaces.ts';
import { readMetadata } from './metadata.ts';
import { catchSignals } from './passed-signals.ts';
import { runCommand } from './run-command.ts';
import { toolsVersionIn } from './tool-copy.ts';
import { enter } from './users.ts';
import { withWorkspaceLock } from './workspace-lock.ts';

/** Opens a shell in the workspace and returns its exit status. `knowsUser`: whoever asks knows that a run works there. */
export async function openShell(
  home: WorkspaceHome,
  { id, direnv, knowsUser = false }: { readonly id: string; readonly direnv: boolean; readonly knowsUser?: boolean },
): Promise<number> {
  const places = placesIn(home, id);
  await checkThere(home, places);
  const user = await enterBeside(home, places, knowsUser);
  const signals = catchSignals();
  try {
    const env = agentEnvironment(home, places, { version: toolsVersionIn(places), source: toolsSourceOf(places) });
    const shell = [env['SHELL'] || loginShell(), '-i'] as const;
    const usesDirenv = direnv && hasDirenv(places.folder, env);
    if (usesDirenv) await allowDirenv(places.folder, env);
    home.say(`a shell in workspace ${id}, at ${places.folder}`);
    return await runCommand({ argv: usesDirenv ? withDirenv(shell) : shell, cwd: places.folder, env, signals, say: home.say });
  } finally {
    signals.release();
    user.release();
  }
}

/** Where Jujutsu is in charge it has to know the workspace; elsewhere we have to have made it. */
async function checkThere(home: WorkspaceHome, places: AgentPlaces): Promise<void> {
  const row = findRow(home, places.id);
  if (row?.record?.phase === 'ready' && row.provider !== 'jj' && row.state !== 'missing' && row.state !== 'foreign') return;
  if (jujutsuRepoOf(home.repositoryRoot) !== null) return checkFound(home, places, await knownWorkspaces(home.repositoryRoot));
  throw new UserError('workspace-not-found', `workspace \`${places.id}\` does not exist at ${places.folder}`, {
    hint: '`workflow workspace list` shows those of this repository',
    exitCode: 3,
  });
}

/** A run that works in the workspace is no hindrance: to look over its shoulder is what a shell is for. */
async function enterBeside(home: WorkspaceHome, places: AgentPlaces, knowsUser: boolean): Promise<HeldLock> {
  try {
    return await withWorkspaceLock(home, places, async () => enter(home, places));
  } catch (cause) {
    if (!(cause instanceof UserError) || cause.code !== 'workspace-busy') throw cause;
    if (!knowsUser) home.say(cause.message);
    return enter(home, places);
  }
}

function toolsSourceOf({ metadataFile }: AgentPlaces): string | null {
  const metadata = readMetadata(metadataFile);
  const source = metadata === null || metadata === 'unreadable' ? null : metadata['tools_source'];
  return typeof source === 'string' ? source : null;
}

function loginShell(): string {
  try {
    return userInfo().shell || '/bin/sh';
  } catch {
    return '/bin/sh';
  }
}

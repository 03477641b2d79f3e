// `workspace shell`: the user's own shell in an agent workspace, with the environment that an agent gets there.

import { userInfo } from 'node:os';

import { agentEnvironment } from './agent-environment.ts';
import { placesIn } from './agent-home.ts';
import type { AgentHome } from './agent-home.ts';
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

/** Opens a shell in the workspace and returns its exit status. */
export async function openShell(
  home: AgentHome,
  { id, direnv }: { readonly id: string; readonly direnv: boolean },
): Promise<number> {
  const places = placesIn(home, id);
  checkFound(home, places, await knownWorkspaces(home.repositoryRoot));
  const user = await withWorkspaceLock(home, places, async () => enter(home, places));
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

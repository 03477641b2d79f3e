// `workflow workspace clean ID`: removes an agent workspace.

import { cleanWorkspace } from '@workflow-platform/workspace-manager';
import { agentHome } from '../../agent-home.ts';
import type { CliContext } from '../../context.ts';

/** Removes the workspace; fine when there is none. */
export async function cleanSubcommand(context: CliContext, _flags: unknown, id: string): Promise<void> {
  const home = agentHome(context);
  const isRemoved = await cleanWorkspace(home, id);
  home.say(isRemoved ? `workspace ${id} is removed` : `there is no workspace ${id}: nothing to remove`);
}

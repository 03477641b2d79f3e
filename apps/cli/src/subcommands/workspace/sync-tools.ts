// `workflow workspace sync-tools ID`: copies the tools into an agent workspace again.

import { syncTools } from '@workflow-platform/workspace-manager';
import { agentHome } from '../../workspace-home.ts';
import type { CliContext } from '../../context.ts';

/** Copies the tools. */
export async function syncToolsSubcommand(context: CliContext, _flags: unknown, id: string): Promise<void> {
  const home = agentHome(context);
  const version = await syncTools(home, id);
  home.say(`workspace ${id} has the tools of ${home.toolsSource}, version ${version.slice(0, 12)}`);
}

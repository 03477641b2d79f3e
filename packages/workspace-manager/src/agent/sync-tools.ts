// `workspace sync-tools`: copies the tools into an agent workspace again, now, and notes it in the metadata.

import { placesIn } from './agent-home.ts';
import type { AgentHome } from './agent-home.ts';
import { checkFound } from './ensure-workspace.ts';
import { noteEvent } from './event-log.ts';
import { knownWorkspaces } from './jujutsu-workspaces.ts';
import { changeMetadata, readMetadata } from './metadata.ts';
import { updateTools } from './tool-copy.ts';
import { withWorkspaceLock } from './workspace-lock.ts';

/** Copies the tools and returns their version. */
export async function syncTools(home: AgentHome, id: string): Promise<string> {
  const places = placesIn(home, id);
  await checkFound(home, places, await knownWorkspaces(home.repositoryRoot));
  return withWorkspaceLock(home, places, async () => {
    const version = await updateTools({ source: home.toolsSource, places, always: true });
    const before = readMetadata(places.metadataFile);
    const whole = {
      workspace_id: id,
      repo_root: home.repositoryRoot,
      workspace_path: places.folder,
      status: 'idle',
      direnv_allowed: false,
      command: [],
    } as const;
    const tools = { tools_source: home.toolsSource, tools_copy: places.toolsFolder, tools_version: version };
    noteEvent(home, places, { type: 'workspace.tools-copied', id, version, source: home.toolsSource });
    changeMetadata(places, before === null || before === 'unreadable' ? { ...whole, ...tools } : tools, home.nowMs());
    return version;
  });
}

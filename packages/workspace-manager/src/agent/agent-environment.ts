// What a command or shell in an agent workspace finds in its environment.

import type { WorkspaceHome } from '../home/workspace-home.ts';
import type { AgentPlaces } from './agent-places.ts';

/** The tools as they are in the workspace; null for what is not known. */
export interface CopiedTools {
  readonly version: string | null;
  readonly source: string | null;
}

/** Returns the caller's environment with what tells of the workspace in it; values of another workspace do not stay. */
export function agentEnvironment(home: WorkspaceHome, places: AgentPlaces, tools: CopiedTools): NodeJS.ProcessEnv {
  const variables = {
    ...home.env,
    AGENT_WORKSPACE_ID: places.id,
    AGENT_WORKSPACE_PATH: places.folder,
    AGENT_WORKSPACE_METADATA: places.metadataFile,
    AGENT_WORKSPACE_REPO_ROOT: home.repositoryRoot,
    AGENT_TOOL_COPY_ROOT: places.toolsFolder,
    AGENT_TOOLS_VERSION: tools.version ?? undefined,
    AGENT_TOOLS_SOURCE: tools.source ?? undefined,
    // Changing the folder of a process leaves this as it was.
    PWD: places.folder,
  };
  return Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== undefined));
}

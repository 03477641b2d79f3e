// Where the agent workspaces of a Jujutsu repository are kept, and where their tools come from.
// Not here: one workspace's places (agent-places.ts).

import { realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

import { UserError } from '@workflow-platform/events';

import { checkJujutsuWorkspaceId } from '../workspace-id.ts';
import { namespaceOf, workspacesRoot } from '../workspace-paths.ts';
import { agentPlaces } from './agent-places.ts';
import type { AgentPlaces } from './agent-places.ts';
import { findSource, jujutsuRepoOf } from '../find-source.ts';
import type { WorkspaceHome, WorkspaceWorld } from '../home/workspace-home.ts';

/** The agent workspaces of one repository. */
export interface AgentHome extends WorkspaceHome {
  /** The folder that tools are copied from. */
  readonly toolsSource: string;
}

/** Finds the Jujutsu repository around the current folder; from inside one of its workspaces, the one it belongs to. */
export function findAgentHome(world: WorkspaceWorld): AgentHome {
  const repositoryRoot = findRepository(world.cwd);
  const root = workspacesRoot(world.env);
  return {
    ...world,
    source: findSource(repositoryRoot, root),
    repositoryRoot,
    namespaceFolder: join(root, namespaceOf(repositoryRoot)),
    toolsSource: resolve(world.cwd, world.env['AGENT_TOOLS_SOURCE'] || repositoryRoot),
  };
}

/** Returns the places of the workspace `id`, or throws a UserError that says what is wrong with the id. */
export function placesIn({ namespaceFolder }: WorkspaceHome, id: string): AgentPlaces {
  checkJujutsuWorkspaceId(id);
  return agentPlaces(namespaceFolder, id);
}

function findRepository(cwd: string): string {
  const start = realpathSync(cwd);
  for (let folder = start; ; folder = dirname(folder)) {
    const store = jujutsuRepoOf(folder);
    // `<main working copy>/.jj/repo`
    if (store !== null) return basename(dirname(store)) === '.jj' ? dirname(dirname(store)) : folder;
    if (folder === dirname(folder)) break;
  }
  throw new UserError('not-in-jujutsu', `${start} is not in a Jujutsu repository`, {
    hint: 'go into one, or make one of a git repository: `jj git init --colocate`',
  });
}

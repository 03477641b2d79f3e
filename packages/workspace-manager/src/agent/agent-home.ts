// Where the agent workspaces of a repository are kept, and what the subcommands need from the world.
// Not here: one workspace's places (agent-places.ts).

import { realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

import { UserError } from '@workflow-platform/events';

import { checkJujutsuWorkspaceId } from '../workspace-id.ts';
import type { AcquireLock } from '../workspace-port.ts';
import { namespaceOf, workspacesRoot } from '../workspace-paths.ts';
import { agentPlaces } from './agent-places.ts';
import type { AgentPlaces } from './agent-places.ts';
import { jujutsuRepoOf } from '../find-source.ts';

/** What agent workspaces need from the world. */
export interface AgentWorld {
  /** A folder inside the repository, or inside one of its workspaces. */
  readonly cwd: string;
  readonly env: { readonly [name: string]: string | undefined };
  readonly acquireLock: AcquireLock;
  /** Says who holds a lock, or null. */
  readonly lockHolder: (path: string) => string | null;
  readonly nowMs: () => number;
  /** Tells the user something, a sentence without a full stop. */
  readonly say: (text: string) => void;
}

/** The agent workspaces of one repository. */
export interface AgentHome extends AgentWorld {
  /** Physical path of the main working copy. */
  readonly repositoryRoot: string;
  readonly namespaceFolder: string;
  /** The folder that tools are copied from. */
  readonly toolsSource: string;
}

/** Finds the Jujutsu repository around the current folder; from inside one of its workspaces, the one it belongs to. */
export function findAgentHome(world: AgentWorld): AgentHome {
  const repositoryRoot = findRepository(world.cwd);
  return {
    ...world,
    repositoryRoot,
    namespaceFolder: join(workspacesRoot(world.env), namespaceOf(repositoryRoot)),
    toolsSource: resolve(world.cwd, world.env['AGENT_TOOLS_SOURCE'] || repositoryRoot),
  };
}

/** Returns the places of the workspace `id`, or throws a UserError that says what is wrong with the id. */
export function placesIn({ namespaceFolder }: AgentHome, id: string): AgentPlaces {
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

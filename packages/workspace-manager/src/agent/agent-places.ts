// Where things of one agent workspace lie: the folder and what is in it by contract, and our own notes beside it.
// Not here: the folder of all workspaces and its namespaces (workspace-paths.ts).

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { workspacePlaces } from '../workspace-paths.ts';
import type { WorkspacePlaces } from '../workspace-paths.ts';

/** Places of one agent workspace. */
export interface AgentPlaces extends WorkspacePlaces {
  readonly id: string;
  readonly namespaceFolder: string;
  /** The copy of the tools. */
  readonly toolsFolder: string;
  readonly metadataFile: string;
  /** A new copy of the tools, until it takes the old one's place. */
  readonly freshToolsFolder: string;
  readonly oldToolsFolder: string;
  /** There while the workspace is being made: what a crash leaves behind under this note is taken back. */
  readonly makingFile: string;
  /** Holds a lock for each process that works in the workspace. */
  readonly usersFolder: string;
}

/** Returns the places of the workspace `id` in a namespace folder. */
export function agentPlaces(namespaceFolder: string, id: string): AgentPlaces {
  const places = workspacePlaces(namespaceFolder, id);
  const toolsFolder = join(places.folder, '.agent-tools');
  const state = join(namespaceFolder, '.state');
  return {
    ...places,
    id,
    namespaceFolder,
    toolsFolder,
    metadataFile: join(toolsFolder, '.agent-workflow.json'),
    freshToolsFolder: join(state, `${id}.tools-new`),
    oldToolsFolder: join(state, `${id}.tools-old`),
    makingFile: join(state, `${id}.making`),
    usersFolder: join(state, `${id}.users`),
  };
}

/** Makes the folder for our notes, and the namespace folder with it. */
export function makeStateFolder({ namespaceFolder }: AgentPlaces): void {
  mkdirSync(join(namespaceFolder, '.state'), { recursive: true, mode: 0o700 });
}

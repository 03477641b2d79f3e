// Where things of one agent workspace lie: the folder and what is in it by contract, and our own notes beside it.
// Not here: the folder of all workspaces and its namespaces (workspace-paths.ts).

import { lstatSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { foreignFolder } from '../workspace-errors.ts';
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
  /** What happened to it, an event a line. */
  readonly eventsFile: string;
  /** There while the workspace is being made: what a crash leaves behind under this note is taken back. */
  readonly makingFile: string;
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
    metadataFile: metadataFileIn(places.folder),
    freshToolsFolder: join(state, `${id}.tools-new`),
    oldToolsFolder: join(state, `${id}.tools-old`),
    eventsFile: join(state, `${id}.events`),
    makingFile: join(state, `${id}.making`),
  };
}

/** Returns the place of the metadata in a workspace. */
export function metadataFileIn(folder: string): string {
  return join(folder, '.agent-tools', '.agent-workflow.json');
}

/** Makes the folder for our notes, and the namespace folder with it. Neither may be a link: what it leads to is not ours to clean. */
export function makeStateFolder({ namespaceFolder }: AgentPlaces): void {
  for (const folder of [namespaceFolder, join(namespaceFolder, '.state')]) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (!lstatSync(folder).isDirectory()) throw foreignFolder(folder, 'is a link and leads elsewhere');
  }
}

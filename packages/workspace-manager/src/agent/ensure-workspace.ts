// Makes an agent workspace or finds it again. Nothing is ever run in a folder that is no workspace.
//
// Invariant: the note `making` is there from before a workspace is made until its metadata is written, so that a crash in between
// leaves nothing that a later run could take for a finished one.
// Not here: tools, direnv and metadata (prepare-workspace.ts).

import { lstatSync, readdirSync, rmSync, rmdirSync, writeFileSync } from 'node:fs';

import { UserError } from '@workflow-platform/events';

import { removeTree } from '../remove-tree.ts';
import { foreignFolder, workspaceElsewhere } from '../workspace-errors.ts';
import type { WorkspaceHome } from '../home/workspace-home.ts';
import type { AgentHome } from './agent-home.ts';
import type { AgentPlaces } from './agent-places.ts';
import { jujutsuRepoOf } from '../find-source.ts';
import { OTHER_NAME, hasOwnName } from '../jujutsu/own-name.ts';
import { isEmptyShell } from './empty-shell.ts';
import { addWorkspace, forgetWorkspace, knownWorkspaces, recordEdits } from './jujutsu-workspaces.ts';
import { readMetadata } from './metadata.ts';
import { forgetRecord } from './agent-record.ts';
import { isSamePlace } from './same-place.ts';

/** Makes or finds the workspace; says which. Call it with the workspace locked. */
export async function ensureWorkspace(home: AgentHome, places: AgentPlaces): Promise<'made' | 'found'> {
  if (isThere(places.makingFile)) await takeBackHalfMade(home, places);
  const known = await knownWorkspaces(home.repositoryRoot);
  if (isThere(places.folder) && !isEmptyFolder(places.folder)) {
    await checkFound(home, places, known);
    if (!(await isEmptyShell(home.repositoryRoot, places))) return 'found';
    home.say(`workspace ${places.id} was registered but never filled; it is made anew`);
    await undoWorkspace(home, places);
  } else if (known.has(places.id)) {
    refuseElsewhere(places, known);
    home.say(`the folder of workspace ${places.id} is gone; it is made anew, and what jj recorded of it stays in its change`);
    await forgetWorkspace(home.repositoryRoot, places.id);
  }
  writeFileSync(places.makingFile, '');
  try {
    if (isThere(places.folder)) rmdirSync(places.folder);
    if ((await addWorkspace(home.repositoryRoot, places)) === 'taken') {
      rmSync(places.makingFile, { force: true });
      await checkFound(home, places, await knownWorkspaces(home.repositoryRoot));
      return 'found';
    }
  } catch (cause) {
    await undoWorkspace(home, places);
    throw cause;
  }
  return 'made';
}

async function takeBackHalfMade(home: AgentHome, places: AgentPlaces): Promise<void> {
  // Another program than this one may have taken it as it was and worked in it.
  if (isThere(places.metadataFile)) return rmSync(places.makingFile, { force: true });
  home.say(`workspace ${places.id} was half made when something ended its making; it is made anew`);
  if (jujutsuRepoOf(places.folder) !== null)
    for (const warning of await recordEdits(home.repositoryRoot, places)) home.say(warning);
  await undoWorkspace(home, places);
}

/** Takes back a workspace whose making did not come to its end: nobody has worked in it. */
export async function undoWorkspace(home: AgentHome, places: AgentPlaces): Promise<void> {
  const known = await knownWorkspaces(home.repositoryRoot);
  if (known.has(places.id)) await forgetWorkspace(home.repositoryRoot, places.id);
  await removeTree(places.folder);
  forgetRecord(places);
  rmSync(places.makingFile, { force: true });
}

/** Throws unless the folder is the workspace that jj knows by this id. */
export async function checkFound(
  home: WorkspaceHome,
  places: AgentPlaces,
  known: ReadonlyMap<string, string | null>,
): Promise<void> {
  const { id, folder } = places;
  if (!isThere(folder)) {
    refuseElsewhere(places, known);
    throw new UserError('workspace-not-found', `workspace \`${id}\` does not exist: there is no folder ${folder}`, {
      hint: '`workflow workspace list` shows those of this repository',
      exitCode: 3,
    });
  }
  if (!lstatSync(folder).isDirectory()) throw foreignFolder(folder, 'is no folder, or a link that leads elsewhere');
  if (!known.has(id)) {
    throw new UserError('workspace-unregistered', `workspace \`${id}\` at ${folder} is not registered with jj`, {
      hint: `look at what is in it; \`workflow workspace clean ${id}\` removes it`,
    });
  }
  refuseElsewhere(places, known);
  if (jujutsuRepoOf(folder) !== jujutsuRepoOf(home.repositoryRoot)) {
    throw foreignFolder(folder, `is no workspace of ${home.repositoryRoot} any more`);
  }
  if (!(await hasOwnName(places))) throw foreignFolder(folder, `cannot be worked in: ${OTHER_NAME}`);
  refuseOtherPath(places);
}

function refuseElsewhere({ id, folder }: AgentPlaces, known: ReadonlyMap<string, string | null>): void {
  const place = known.get(id);
  if (typeof place !== 'string' || isSamePlace(place, folder)) return;
  const moved = `if the repository was moved, have it forget the name (\`jj workspace forget ${id}\`)`;
  throw workspaceElsewhere(id, place, folder, `set AI_WORKSPACES_ROOT as it was when the workspace was made; ${moved}`);
}

function refuseOtherPath({ id, folder, metadataFile }: AgentPlaces): void {
  const metadata = readMetadata(metadataFile);
  if (metadata === null || metadata === 'unreadable') return;
  const path = metadata['workspace_path'];
  if (typeof path !== 'string' || path === '' || isSamePlace(path, folder)) return;
  throw new UserError('workspace-elsewhere', `workspace \`${id}\` already exists at ${path}, as ${metadataFile} says`, {
    hint: 'choose another id, or correct the file if the workspace was moved',
  });
}

function isEmptyFolder(path: string): boolean {
  return lstatSync(path).isDirectory() && readdirSync(path).length === 0;
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

// `workspace clean`: records the edits in an agent workspace, has jj forget it and removes its folder. Safe to repeat.
// Not here: deleting a tree (remove-tree.ts).

import { lstatSync, readdirSync, renameSync, rmSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';

import { UserError } from '@workflow-platform/events';

import { refuseMounts, removeTree } from '../remove-tree.ts';
import { placesIn } from './agent-home.ts';
import type { AgentHome } from './agent-home.ts';
import type { AgentPlaces } from './agent-places.ts';
import { jujutsuRepoOf } from '../find-source.ts';
import { forgetWorkspace, knownWorkspaces, recordEdits } from './jujutsu-workspaces.ts';
import { isSamePlace } from './same-place.ts';
import { usersOf } from './users.ts';
import { withWorkspaceLock } from './workspace-lock.ts';

/** Removes a workspace; says whether there was anything to remove. */
export async function cleanWorkspace(home: AgentHome, id: string): Promise<boolean> {
  const places = placesIn(home, id);
  return withWorkspaceLock(home, places, () => removeWorkspace(home, places));
}

/** Removes a workspace whose lock is held; says whether there was anything to remove. */
export async function removeWorkspace(home: AgentHome, places: AgentPlaces): Promise<boolean> {
  const { id, folder } = places;
  const users = usersOf(home, places);
  if (users.length > 0) {
    throw new UserError('workspace-busy', `something is running in workspace \`${id}\` (process ${users.join(', ')})`, {
      hint: 'wait for it to end, or end it',
    });
  }
  const known = await knownWorkspaces(home.repositoryRoot);
  const place = known.get(id) ?? folder;
  const isElsewhere = !isSamePlace(place, folder);
  if (known.has(id)) {
    if (isElsewhere && isSamePlace(place, home.repositoryRoot)) throw mainWorkingCopy(id);
    if (isWorkspaceOf(home, place)) await recordEdits({ id, folder: place });
    await forgetWorkspace(home.repositoryRoot, id);
    if (isElsewhere) home.say(`jj knew workspace ${id} at ${place}; that folder is not touched`);
  }
  const isThere = await removeFolder(places);
  await removeTrash(places);
  removeNotes(places);
  return isThere || known.has(id);
}

function isWorkspaceOf({ repositoryRoot }: AgentHome, folder: string): boolean {
  // A link in its place leads to somebody else's folder.
  if (lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return false;
  return jujutsuRepoOf(folder) === jujutsuRepoOf(repositoryRoot);
}

async function removeFolder(places: AgentPlaces): Promise<boolean> {
  const { folder } = places;
  const stat = lstatSync(folder, { throwIfNoEntry: false });
  if (stat === undefined) return false;
  if (!stat.isDirectory()) {
    unlinkSync(folder);
    return true;
  }
  refuseMounts(folder);
  // At once, so that nobody sees a half-deleted workspace under its name.
  renameSync(folder, places.trashFolder(process.getBuiltinModule('node:crypto').randomBytes(4).toString('hex')));
  return true;
}

/** Also what an interrupted removal left. */
async function removeTrash({ namespaceFolder, id }: AgentPlaces): Promise<void> {
  const start = `.trash-${id}-`;
  const names = readdirSync(namespaceFolder).filter(
    (name) => name.startsWith(start) && /^[0-9a-f]{8}$/.test(name.slice(start.length)),
  );
  for (const name of names) await removeTree(join(namespaceFolder, name));
}

function removeNotes({ makingFile, freshToolsFolder, oldToolsFolder, usersFolder }: AgentPlaces): void {
  for (const place of [makingFile, freshToolsFolder, oldToolsFolder, usersFolder])
    rmSync(place, { recursive: true, force: true });
}

function mainWorkingCopy(id: string): UserError {
  return new UserError('workspace-id-invalid', `\`${id}\` is jj's name for the main working copy`, {
    hint: 'choose another id',
    exitCode: 2,
  });
}

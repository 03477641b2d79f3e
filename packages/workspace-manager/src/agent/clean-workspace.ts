// `workspace clean`: records the edits in an agent workspace, has jj forget it and removes its folder. Safe to repeat.
// Not here: deleting a tree (remove-tree.ts).

import { existsSync, lstatSync, readdirSync, realpathSync, renameSync, rmSync, unlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

import { UserError } from '@workflow-platform/events';

import { forgetWorktree } from '../git-registry.ts';
import { forgetOwnConfig } from '../jujutsu/own-config.ts';
import { eraseRecord, readRecord } from '../record.ts';
import { refuseMounts, removeTree } from '../remove-tree.ts';
import { createWorkspaceManager } from '../workspace-manager.ts';
import { identityIn } from '../workspace-paths.ts';
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
  await removeRunsOwn(home, places);
  return withWorkspaceLock(home, places, () => removeWorkspace(home, places));
}

/** A git worktree or a copy that a run of a workflow left here is removed as it was made, with its commits kept. */
async function removeRunsOwn(home: AgentHome, places: AgentPlaces): Promise<void> {
  const record = readRecord(places.recordFile);
  if (record === null || record === 'unreadable' || record.phase !== 'ready' || record.provider === 'jj') return;
  const root = dirname(home.namespaceFolder);
  const folder = join(realpathSync(root), basename(home.namespaceFolder), places.id);
  const manager = createWorkspaceManager({ root, acquireLock: home.acquireLock, nowMs: home.nowMs });
  await manager.remove(identityIn({ ...places, folder }, record));
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
    if (isWorkspaceOf(home, place)) {
      for (const warning of await recordEdits(home.repositoryRoot, { id, folder: place })) home.say(warning);
      if (!isElsewhere) await forgetOwnConfig(place);
    }
    await forgetWorkspace(home.repositoryRoot, id);
    if (isElsewhere) home.say(`jj knew workspace ${id} at ${place}; that folder is not touched`);
  }
  const isThere = await removeFolder(places);
  if (existsSync(join(home.repositoryRoot, '.git'))) forgetWorktree(home.repositoryRoot, folder);
  await removeTrash(places);
  removeNotes(places);
  eraseRecord(places.recordFile);
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

// `workspace clean`: records the edits in an agent workspace, has jj forget it and removes its folder. Safe to repeat.
// Not here: deleting a tree (remove-tree.ts).

import { existsSync, lstatSync, readdirSync, renameSync, rmSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';

import { UserError } from '@workflow-platform/events';

import { forgetWorktree } from '../git-registry.ts';
import { forgetOwnConfig } from '../jujutsu/own-config.ts';
import { forgetReadiness } from '../ready/forget-readiness.ts';
import { readRecord, writeRecord } from '../record.ts';
import { refuseMounts } from '../remove-tree.ts';
import { endWorker } from '../take-back.ts';
import { deleteTrash } from '../trash.ts';
import type { AgentPlaces } from './agent-places.ts';
import { forgetRecord, recordOf } from './agent-record.ts';
import { jujutsuRepoOf } from '../find-source.ts';
import type { WorkspaceHome } from '../home/workspace-home.ts';
import { changeWork } from '../jujutsu/change-work.ts';
import { forgetWorkspace, knownWorkspaces, recordEdits } from './jujutsu-workspaces.ts';
import { isSamePlace } from './same-place.ts';
import { usersOf } from './users.ts';
import { withWorkspaceLock } from './workspace-lock.ts';

/** Removes an agent workspace; says whether there was anything to remove. */
export async function cleanAgentWorkspace(home: WorkspaceHome, places: AgentPlaces): Promise<boolean> {
  return withWorkspaceLock(home, places, () => removeWorkspace(home, places));
}

/** Removes a workspace whose lock is held; says whether there was anything to remove. */
export async function removeWorkspace(home: WorkspaceHome, places: AgentPlaces): Promise<boolean> {
  const { id, folder } = places;
  const users = usersOf(home, places);
  if (users.length > 0) {
    throw new UserError('workspace-busy', `something is running in workspace \`${id}\` (process ${users.join(', ')})`, {
      hint: 'wait for it to end, or end it',
    });
  }
  const record = readRecord(places.recordFile);
  const ofRun = record === 'unreadable' ? null : record;
  if (ofRun !== null) await endWorker(ofRun, places);
  const known = await knownWorkspaces(home.repositoryRoot);
  const place = known.get(id) ?? folder;
  const isElsewhere = !isSamePlace(place, folder);
  if (known.has(id)) {
    if (isElsewhere && isSamePlace(place, home.repositoryRoot)) throw mainWorkingCopy(id);
    if (isWorkspaceOf(home, place)) {
      for (const warning of await recordEdits(home.repositoryRoot, { id, folder: place })) home.say(warning);
      if (!isElsewhere) {
        await keepKnown(home, places);
        await forgetOwnConfig(place);
      }
    } else if (!isElsewhere) refuseUnrecordable(places);
    await forgetWorkspace(home.repositoryRoot, id);
    if (isElsewhere) home.say(`jj knew workspace ${id} at ${place}; that folder is not touched`);
  }
  const isThere = await removeFolder(places);
  if (existsSync(join(home.repositoryRoot, '.git'))) forgetWorktree(home.repositoryRoot, folder);
  removeNotes(places);
  if (ofRun !== null) await forgetReadiness(ofRun, places);
  forgetRecord(places);
  await deleteTrash(places.namespaceFolder, { id });
  return isThere || known.has(id);
}

/** Notes which change the workspace leaves behind. */
async function keepKnown(home: WorkspaceHome, places: AgentPlaces): Promise<void> {
  const { id, folder } = places;
  const record = recordOf(home, places);
  const work = await changeWork({ id, folder, from: home.repositoryRoot, base: record.phase === 'ready' ? record.base : null });
  const { kept = [], owner = null, appliedMs } = record;
  if (work === null) return;
  const { revision, changeId, base, from } = work;
  const about = { provider: 'jj', from, owner, atMs: home.nowMs() } as const;
  const entry = {
    kind: 'change',
    revision,
    name: changeId,
    base,
    ...about,
    ...(appliedMs === undefined ? {} : { appliedMs }),
  } as const;
  // A try that did not come to its end may have noted the same.
  writeRecord(places.recordFile, { ...record, kept: [...kept.filter((each) => each.name !== changeId), entry] });
}

/** Throws when there is something in the folder that jj cannot be asked to record there. */
function refuseUnrecordable({ id, folder }: AgentPlaces): void {
  // A link's target is not touched.
  if (lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true || isEmpty(folder)) return;
  throw new UserError(
    'workspace-edits-not-kept',
    `cannot record the edits in workspace \`${id}\` at ${folder}: its \`.jj\` folder cannot be read or leads elsewhere`,
    { hint: 'save what you need from the folder and delete it, then clean again; it was left as it is' },
  );
}

function isEmpty(folder: string): boolean {
  try {
    return readdirSync(folder).length === 0;
  } catch {
    return false;
  }
}

function isWorkspaceOf({ repositoryRoot }: WorkspaceHome, folder: string): boolean {
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

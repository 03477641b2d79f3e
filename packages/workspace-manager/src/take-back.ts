// Clears away a workspace: one whose making did not end, or one that is being removed. Each stage can be repeated, so that
// it can be gone on with after a crash.
// Not here: whether it may go (workspace-manager.ts).

import { lstatSync, renameSync, rmdirSync } from 'node:fs';

import { PROVIDERS } from './providers/providers.ts';
import { eraseRecord, isFolder } from './record.ts';
import type { WorkspaceRecord } from './record.ts';
import { removeTree } from './remove-tree.ts';
import { stopLeftover } from './stop-leftover.ts';
import { foreignFolder } from './workspace-errors.ts';
import type { Checkpoint } from './workspace-port.ts';
import type { WorkspacePlaces } from './workspace-paths.ts';

/** Takes back a workspace that was not finished, or forgets one whose folder is gone. */
export async function takeBack(
  record: WorkspaceRecord,
  places: WorkspacePlaces,
  reached: (checkpoint: Checkpoint) => void,
): Promise<void> {
  if (record.phase === 'creating') {
    if (record.worker !== null) await stopLeftover(record.worker, markOf(record, places));
    await removeTree(places.stagingFolder(record.nonce));
    if (record.folder === null && PROVIDERS[record.provider].buildsInPlace) removeIfEmpty(places.folder);
  }
  await finishRemoval(record, places, reached);
}

/** Removes a workspace from wherever the last attempt got. */
export async function finishRemoval(
  record: WorkspaceRecord,
  places: WorkspacePlaces,
  reached: (checkpoint: Checkpoint) => void,
): Promise<void> {
  const trash = places.trashFolder(record.nonce);
  // At once, so that nobody sees a half-deleted workspace under its name.
  if (record.folder !== null && isFolder(places.folder, record.folder)) renameSync(places.folder, trash);
  reached('tree-moved');
  await PROVIDERS[record.provider].deregister(record.from, places.folder);
  reached('deregistered');
  await removeTree(trash);
  reached('tree-deleted');
  eraseRecord(places.recordFile);
}

/** What the command line of whoever fills the workspace contains. */
function markOf(record: WorkspaceRecord, places: WorkspacePlaces): string {
  return PROVIDERS[record.provider].buildsInPlace ? places.folder : record.nonce;
}

/** A folder without content may be the one we made just before a crash; with content it is somebody's. */
function removeIfEmpty(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return;
  try {
    rmdirSync(path);
  } catch {
    throw foreignFolder(path);
  }
}

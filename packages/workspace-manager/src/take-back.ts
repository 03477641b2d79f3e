// Clears away a workspace: one whose making did not end, or one that is being removed. Each stage can be repeated, so that
// it can be gone on with after a crash.
// Not here: whether it may go (workspace-manager.ts).

import { lstatSync, realpathSync, renameSync, rmSync, rmdirSync } from 'node:fs';
import { dirname } from 'node:path';

import { PROVIDERS } from './providers/providers.ts';
import { forgetReadiness } from './ready/forget-readiness.ts';
import { isFolder, writeGone } from './record.ts';
import type { KeptEntry, WorkspaceRecord } from './record.ts';
import { removeTree } from './remove-tree.ts';
import { stopLeftover } from './stop-leftover.ts';
import { deleteTrash } from './trash.ts';
import { foreignFolder } from './workspace-errors.ts';
import type { Checkpoint } from './workspace-port.ts';
import { dropReplaced } from './work/drop-replaced.ts';
import type { KeptWork } from './work/work.ts';
import type { WorkspacePlaces } from './workspace-paths.ts';

/** Takes back a workspace that was not finished, or forgets one whose folder is gone. */
export async function takeBack(
  record: WorkspaceRecord,
  places: WorkspacePlaces,
  reached: (checkpoint: Checkpoint) => void,
  deletionWaitMs?: number,
): Promise<void> {
  if (record.phase === 'creating') {
    await endWorker(record, places);
    await throwAway(record, places);
    if (record.folder === null && PROVIDERS[record.provider].buildsInPlace) removeIfEmpty(places.folder);
  }
  await finishRemoval(record, places, reached, deletionWaitMs);
}

/** Removes a workspace from wherever the last attempt got. */
export async function finishRemoval(
  record: WorkspaceRecord,
  places: WorkspacePlaces,
  reached: (checkpoint: Checkpoint) => void,
  deletionWaitMs?: number,
): Promise<void> {
  const trash = places.trashFolder(record.nonce);
  // At once, so that nobody sees a half-deleted workspace under its name.
  if (record.phase === 'gone') return;
  if (record.folder !== null && isFolder(places.folder, record.folder)) renameSync(places.folder, trash);
  reached('tree-moved');
  const keeps = record.phase === 'removing' ? (record.keeps ?? null) : null;
  if (keeps !== null) PROVIDERS[record.provider].collect(keeps, trash);
  reached('work-kept');
  // Where nothing is kept now, what was kept before may be all that there is of it.
  const replaced = keeps === null ? null : replacedBy(record);
  const others = (record.kept ?? []).filter((entry) => entry !== replaced);
  // The new form is on the disk by now, and the record that says so, too.
  if (replaced !== null) await dropReplaced(replaced, [...others, keeps!]);
  reached('work-replaced');
  await PROVIDERS[record.provider].deregister(record.from, places.folder);
  reached('deregistered');
  refuseSwapped(dirname(places.folder));
  const isForeign = lstatSync(trash, { throwIfNoEntry: false }) !== undefined && !isFolder(trash, record.folder ?? '');
  if (isForeign) throw foreignFolder(trash, 'is another folder than the workspace that was moved there to be deleted');
  rmSync(places.notesFile, { force: true });
  await forgetReadiness(record, places);
  writeGone(places.recordFile, { ...record, kept: others }, keeps === null ? null : entryOf(record, keeps));
  reached('gone-recorded');
  refuseSwapped(dirname(places.folder));
  await deleteTrash(dirname(places.folder), { id: record.id, waitMs: deletionWaitMs });
  reached('tree-deleted');
}

/** A namespace that became a link meanwhile leads to somebody else's folders of the same names. */
function refuseSwapped(namespace: string): void {
  if (realpathSync(namespace) !== namespace) throw foreignFolder(namespace, 'has become a link and leads elsewhere');
}

/** The entry that the workspace began with, which is in what is kept now. Another run's stays, whoever has gone on with it. */
function replacedBy(record: WorkspaceRecord): KeptEntry | null {
  const { owner, restored, kept = [] } = record;
  const isIt = (entry: KeptEntry): boolean =>
    entry.revision === restored && entry.owner?.runId === owner?.runId && entry.owner?.step === owner?.step;
  return restored === undefined ? null : (kept.findLast(isIt) ?? null);
}

function entryOf(record: WorkspaceRecord, keeps: KeptWork): KeptEntry {
  const { provider, from, owner = null, usedMs, createdMs, appliedMs } = record;
  return { ...keeps, provider, from, owner, atMs: usedMs ?? createdMs, ...(appliedMs === undefined ? {} : { appliedMs }) };
}

/** Ends what an engine that is gone had left at work in the workspace: it has the folder, or the nonce, in its command line. */
export async function endWorker({ worker, nonce }: WorkspaceRecord, { folder }: WorkspacePlaces): Promise<void> {
  if (typeof worker === 'number') await stopLeftover(worker, [folder, nonce]);
}

/** A half-made copy goes the way of a whole one. Where nobody noted its identity, it is as empty as it was made. */
async function throwAway(
  { nonce, folder }: WorkspaceRecord & { readonly folder: string | null },
  places: WorkspacePlaces,
): Promise<void> {
  const staging = places.stagingFolder(nonce);
  if (folder !== null && isFolder(staging, folder)) renameSync(staging, places.trashFolder(nonce));
  else await removeTree(staging);
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

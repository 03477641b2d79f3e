// What was removed and waits to be deleted: `<namespace>/.trash-<id>-<8 hex digits>`. A tree comes there whole, by rename; what a
// crash or a refusal leaves of it is deleted by whoever next makes or removes a workspace in the namespace.
//
// Invariant: only folders of such a name are touched, never what a link leads to, and none that an unfinished removal still has
// to take something out of.
// Not here: deleting (delete-in-background.ts).

import { execFileSync } from 'node:child_process';
import { lstatSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { UserError } from '@workflow-platform/events';

import { deleteInBackground, isBeingDeleted } from './delete-in-background.ts';
import { readRecord } from './record.ts';
import { hasMount, refuseMounts } from './remove-tree.ts';

/** How long the removal of a workspace waits for its files: small trees are gone then, and what cannot be deleted is told. */
export const DELETION_WAIT_MS = 1000;

// So that they fit on a command line.
const TREES_AT_ONCE = 100;

/** Deletes what is left of the workspace `id`, and, without waiting for it, what is left of others in the namespace. */
export async function deleteTrash(
  namespaceFolder: string,
  { id, waitMs = DELETION_WAIT_MS }: { readonly id: string; readonly waitMs?: number | undefined },
): Promise<void> {
  const trash = trashIn(namespaceFolder);
  const mine = trash.filter((each) => each.id === id).map(({ path }) => path);
  for (const path of mine) refuseMounts(path);
  deleteAside(trash.filter((each) => each.id !== id).map(({ path }) => path));
  if (mine.length === 0) return;
  const refusal = await deleteInBackground(mine, waitMs);
  const left = mine.find((path) => lstatSync(path, { throwIfNoEntry: false }) !== undefined);
  if (refusal === null || left === undefined) return;
  throw new UserError('workspace-not-removed', `workspace \`${id}\` is removed, but ${left} cannot be deleted: ${refusal}`, {
    hint: 'something still writes there, or it holds files of another user; end or change that and remove it again',
  });
}

/** Has deleted, without waiting for it, what removals have left in the namespace. */
export function deleteLeftTrash(namespaceFolder: string): void {
  deleteAside(trashIn(namespaceFolder).map(({ path }) => path));
}

function deleteAside(paths: readonly string[]): void {
  const unknown = paths.filter((path) => !isBeingDeleted(path)).slice(0, TREES_AT_ONCE);
  if (unknown.length === 0) return;
  const busy = commandLines();
  const left = unknown.filter((path) => !busy.some((line) => line.includes(path)) && !hasMount(path));
  // What cannot be deleted is told to whoever removes the workspace it was.
  if (left.length > 0) deleteInBackground(left, 0).catch(() => {});
}

interface Trash {
  readonly id: string;
  readonly path: string;
}

function trashIn(namespaceFolder: string): readonly Trash[] {
  return readdirSync(namespaceFolder).flatMap((name) => {
    const [, id, nonce] = /^\.trash-([A-Za-z0-9_][A-Za-z0-9._-]*)-([0-9a-f]{8})$/.exec(name) ?? [];
    const path = join(namespaceFolder, name);
    if (id === undefined || nonce === undefined || lstatSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
    return isAwaited(join(namespaceFolder, '.state', `${id}.json`), nonce) ? [] : [{ id, path }];
  });
}

/** A removal that did not come to its end may have files to keep in there. */
function isAwaited(recordFile: string, nonce: string): boolean {
  const record = readRecord(recordFile);
  return record === 'unreadable' || (record !== null && record.phase !== 'gone' && record.nonce === nonce);
}

/** What is running: trees that are being deleted stand among the arguments. */
function commandLines(): readonly string[] {
  try {
    if (process.platform !== 'linux')
      return execFileSync('ps', ['-A', '-o', 'args='], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).split('\n');
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(commandLineOf);
  } catch {
    return [];
  }
}

function commandLineOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

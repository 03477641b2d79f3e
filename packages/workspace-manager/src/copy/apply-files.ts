// Brings the changed files of a copy back into the folder it was made from, where that still has what was copied.
//
// Invariant: every file is looked at before the first one is written, and each is replaced by rename.

import { chmodSync, constants, copyFileSync, lstatSync, mkdirSync, renameSync, rmSync, symlinkSync, unlinkSync } from 'node:fs';

import type { ApplyOutcome, ApplyRequest } from '../work/apply-work.ts';
import type { FileChange, FilesWork } from '../work/work.ts';
import { holdSame, looksAsBefore } from './files-work.ts';
import { entriesIn, lookAt, placeOf } from './manifest.ts';

/** Applies the files. */
export async function applyFiles(work: FilesWork, { into, isDryRun }: ApplyRequest): Promise<ApplyOutcome> {
  const { checkout } = into;
  const due = work.changes.filter((change) => !isThere(change, work.folder, checkout));
  const deleted = new Set(due.filter(({ kind }) => kind === 'deleted').map(({ path }) => path));
  const conflicts = due.filter((change) => !isAsCopied(change, checkout, deleted));
  const named = (changes: readonly FileChange[]): string[] =>
    changes.map(({ path }) => Buffer.from(path, 'latin1').toString('utf8'));
  if (conflicts.length > 0) {
    return { kind: 'conflict', files: named(conflicts), why: 'changed there and here since the workspace was made' };
  }
  if (!isDryRun) {
    // What goes makes room for what comes in its place.
    for (const { path } of due.filter(({ kind }) => kind === 'deleted')) unlinkSync(placeOf(checkout, path));
    for (const { path } of due.filter(({ kind }) => kind !== 'deleted')) write(path, work.folder, checkout);
  }
  return { kind: 'applied', files: named(due) };
}

function isThere({ path, kind }: FileChange, folder: string, checkout: string): boolean {
  if (kind === 'deleted') return lookAt(checkout, path) === null;
  return holdSame({ folder, path }, { folder: checkout, path });
}

/** Nothing is written behind a link: the folders above have to be folders, or not there, or a file that goes. */
function isAsCopied({ path, before }: FileChange, checkout: string, deleted: ReadonlySet<string>): boolean {
  for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1)) {
    const above = path.slice(0, at);
    const look = lookAt(checkout, above);
    if (look !== null && look.type !== 'folder') return deleted.has(above);
  }
  const now = lookAt(checkout, path);
  if (before !== null) return looksAsBefore(before, now);
  if (now?.type === 'folder')
    return [...entriesIn(checkout, path)].every(([inside, { type }]) => type === 'folder' || deleted.has(inside));
  // Also for a pipe or a socket, of which nothing else is told.
  return lstatSync(placeOf(checkout, path), { throwIfNoEntry: false }) === undefined;
}

function write(path: string, folder: string, checkout: string): void {
  const place = placeOf(checkout, path);
  if (path.includes('/')) mkdirSync(placeOf(checkout, path.slice(0, path.lastIndexOf('/'))), { recursive: true });
  const fresh = placeOf(checkout, `${path}.workflow-new-${process.pid}`);
  const look = lookAt(folder, path);
  if (look === null) return;
  // Emptied by now.
  if (lookAt(checkout, path)?.type === 'folder') rmSync(place, { recursive: true });
  if (look.type === 'link') symlinkSync(Buffer.from(look.target ?? '', 'latin1'), fresh);
  else {
    copyFileSync(placeOf(folder, path), fresh, constants.COPYFILE_FICLONE);
    chmodSync(fresh, look.mode);
  }
  renameSync(fresh, place);
}

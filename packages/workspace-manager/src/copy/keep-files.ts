// Keeps the files of a copy that differ from what was copied, when the copy goes: `<namespace>/.saved/<id>-<8 hex digits>/` has the
// list, `changes.json`, and the files themselves in `files/`. They are moved there, which costs no room and no time.
//
// Invariant: the list is whole before the copy is touched, and a file is in one of the two places at every moment, so that moving
// can be gone on with after a crash.
// Not here: which files differ (files-work.ts).

import {
  chmodSync,
  constants,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

import type { FileChange, FilesWork } from '../work/work.ts';
import { placeOf } from './manifest.ts';

interface SavedList {
  readonly version: 1;
  readonly from: string;
  readonly changes: readonly FileChange[];
}

/** Writes down which files are to be kept in the folder `saved`. */
export function noteFiles(saved: string, { from, changes }: FilesWork): void {
  mkdirSync(join(saved, 'files'), { recursive: true, mode: 0o700 });
  const list: SavedList = { version: 1, from, changes };
  writeFileSync(join(saved, 'changes.json.new'), `${JSON.stringify(list)}\n`, { mode: 0o600 });
  renameSync(join(saved, 'changes.json.new'), join(saved, 'changes.json'));
}

/** Moves the files out of what was the copy; can be repeated. */
export function moveFiles(saved: string, copy: string): void {
  const list = readList(saved);
  const target = join(saved, 'files');
  const made = new Set<string>();
  for (const { path, kind } of list?.changes ?? []) {
    if (kind === 'deleted' || lstatSync(placeOf(copy, path), { throwIfNoEntry: false }) === undefined) continue;
    const folder = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
    if (!made.has(folder)) mkdirSync(placeOf(target, folder), { recursive: true, mode: 0o700 });
    made.add(folder);
    move({ from: copy, to: target, path, folder });
  }
}

/** A folder without permission to write (a module cache) keeps its entries from being moved: it is about to go. */
function move({ from, to, path, folder }: { from: string; to: string; path: string; folder: string }): void {
  const [source, target] = [placeOf(from, path), placeOf(to, path)];
  const isRefused = (cause: unknown): boolean =>
    cause instanceof Error && 'code' in cause && (cause.code === 'EACCES' || cause.code === 'EPERM');
  try {
    renameSync(source, target);
  } catch (cause) {
    if (!isRefused(cause)) throw cause;
    chmodSync(placeOf(from, folder), 0o700);
    try {
      renameSync(source, target);
    } catch (again) {
      if (!isRefused(again)) throw again;
      // One that may not be moved (`chattr +i`) stays in the way of the removal, which says so.
      rmSync(target, { force: true });
      copyFileSync(source, target, constants.COPYFILE_FICLONE);
    }
  }
}

/** Returns what is kept in the folder; null when nothing is (any more). */
export function keptFiles(saved: string): FilesWork | null {
  const list = readList(saved);
  return list === null ? null : { kind: 'files', folder: join(saved, 'files'), changes: list.changes, from: list.from };
}

/** Throws away what is kept in the folder. */
export function dropFiles(saved: string): void {
  if (existsSync(join(saved, 'changes.json'))) rmSync(saved, { recursive: true, force: true });
}

function readList(saved: string): SavedList | null {
  try {
    const list = JSON.parse(readFileSync(join(saved, 'changes.json'), 'utf8')) as SavedList;
    return list.version === 1 && Array.isArray(list.changes) ? list : null;
  } catch {
    return null;
  }
}

// Puts a kept result into a workspace, so that what `cache.outputs` matches is what the entry holds: no more, no less.
//
//   look at every place ──► take all contents out of the store, whole ──► look again ──► put each in its place by a rename
//          │ foreign               │ damaged                             │ changed
//          ▼                       ▼                                     ▼
//      nothing was touched     nothing was touched                   nothing was touched
//
// Invariant: what is replaced or removed is known to be this step's to replace: its content is in an entry that the step has made
// or taken, or the step itself had replaced that very content when it made one. So nothing is lost that a run would have kept. Killed between two renames, some files are new and some old or missing, all of them known: whoever
// comes next, by the cache or by the step itself, makes it whole.
// Not here: whether there is an entry (cached-attempt.ts).

import { chmodSync, copyFileSync, lstatSync, mkdirSync, readlinkSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { CachedFile, CacheEntry } from '@workflow-platform/events';
import { matchFiles } from '../effects/match-files.ts';
import type { IncomingWork, StepCachePort } from '../ports.ts';
import { KnownContents } from './known-contents.ts';
import { contentText, isUnchanged, lookAtPlace } from './look-at-place.ts';
import type { Found } from './look-at-place.ts';

export interface RestoreRequest {
  readonly entry: CacheEntry;
  /** Globs of what belongs to the result. */
  readonly globs: readonly string[];
  /** Absolute path of the workspace's root. */
  readonly root: string;
  /** Whose result it becomes. */
  readonly step: { readonly workflow: string; readonly step: string };
  readonly store: StepCachePort;
  readonly nowMs: number;
  /** Throws when it is to be given up. */
  goOn(): void;
}

export type Restored =
  | { readonly kind: 'done' }
  | { readonly kind: 'damaged' }
  | { readonly kind: 'foreign-change'; readonly detail: string };

interface Change {
  readonly path: string;
  readonly found: Found;
  /** Null: it goes. */
  readonly file: CachedFile | null;
}

/** Does it, or says why not; then nothing was touched. Throws what the system says. */
export async function restore(request: RestoreRequest): Promise<Restored> {
  const { entry, root, store, goOn } = request;
  const changes = await findChanges(request);
  if (!Array.isArray(changes)) return { kind: 'foreign-change', detail: changes.foreign };
  const work = store.open();
  try {
    for (const [index, { file }] of changes.entries()) {
      goOn();
      if (file?.kind === 'link') symlinkSync(file.target, join(work.folder, `file-${index}`));
      if (file?.kind !== 'file') continue;
      const staged = join(work.folder, `file-${index}`);
      if (!(await store.take(file, staged, file.mode))) {
        store.drop(entry.key);
        return { kind: 'damaged' };
      }
      chmodSync(staged, file.mode);
    }
    const changed = changes.find(({ path, found }) => !isUnchanged(root, path, found));
    if (changed !== undefined) return { kind: 'foreign-change', detail: `${changed.path} was changed this moment` };
    // Its files are known before they are there: a crash in between must not make them look like somebody else's.
    store.noteUse(entry, request.step, request.nowMs);
    for (const [index, { path, file }] of changes.entries()) {
      if (file === null) rmSync(join(root, path));
      else put(join(work.folder, `file-${index}`), root, path, work);
    }
    return { kind: 'done' };
  } finally {
    work.close();
  }
}

async function findChanges(request: RestoreRequest): Promise<Change[] | { readonly foreign: string }> {
  const { entry, globs, root, store, goOn } = request;
  const changes: Change[] = [];
  const known = new KnownContents(store, request.step, entry);
  for (const file of entry.files) {
    goOn();
    const found = await lookAtPlace(root, file.path, store);
    if (found.kind === 'obstacle') return { foreign: found.what };
    const isThere = found.kind === 'content' && found.text === contentText(file);
    if (isThere && (file.kind === 'link' || found.mode === file.mode)) continue;
    if (found.kind === 'content' && !isThere && !known.has(file.path, found.text))
      return { foreign: `${file.path} was changed by somebody else` };
    changes.push({ path: file.path, found, file });
  }
  const wanted = new Set(entry.files.map(({ path }) => path));
  for (const glob of globs) {
    for (const path of await matchFiles(glob, root, { links: 'all' })) {
      if (wanted.has(path)) continue;
      wanted.add(path);
      const found = await lookAtPlace(root, path, store);
      if (found.kind === 'nothing') continue;
      if (found.kind === 'obstacle' || !known.has(path, found.text)) return { foreign: `${path} was made by somebody else` };
      changes.push({ path, found, file: null });
    }
  }
  return changes;
}

function put(staged: string, root: string, path: string, work: IncomingWork): void {
  const place = join(root, path);
  makeFolders(root, dirname(path));
  try {
    renameSync(staged, place);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
    // The workspace is on another disk, where it needs a name of its own for a moment.
    const beside = join(dirname(place), `.${basename(place).slice(0, 100)}.${work.nonce}`);
    work.noteElsewhere(beside);
    try {
      copyOver(staged, beside);
      renameSync(beside, place);
    } catch (secondError) {
      rmSync(beside, { force: true });
      throw secondError;
    }
  }
}

function copyOver(staged: string, beside: string): void {
  const stat = lstatSync(staged);
  if (stat.isSymbolicLink()) return symlinkSync(readlinkSync(staged), beside);
  copyFileSync(staged, beside);
  chmodSync(beside, stat.mode & 0o777);
}

/** One after the other, and never through a link that somebody has put there meanwhile. */
function makeFolders(root: string, folder: string): void {
  if (folder === '.') return;
  makeFolders(root, dirname(folder));
  const place = join(root, folder);
  const stat = lstatSync(place, { throwIfNoEntry: false });
  if (stat === undefined) mkdirSync(place);
  else if (!stat.isDirectory()) throw Object.assign(new Error(`${folder} is no folder any more`), { code: 'ENOTDIR' });
}

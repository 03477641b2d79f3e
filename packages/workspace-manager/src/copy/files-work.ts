// Finds the files of a copy that differ from what was copied. What `.gitignore` files name is no work, as it is none in a
// repository.
// Not here: what a copy looked like when it was made (manifest.ts), keeping the files when it goes (keep-files.ts).

import { readFileSync } from 'node:fs';
import { setImmediate as aMoment } from 'node:timers/promises';

import { UserError } from '@workflow-platform/events';

import { ignoredByGit } from '../git/ignored-by-git.ts';
import type { FileChange, FileLook } from '../work/work.ts';
import { entriesIn, lookAt, placeOf, readManifest } from './manifest.ts';
import type { FullLook } from './manifest.ts';

/** A copy and what it was made from. */
export interface CopyPlaces {
  readonly folder: string;
  readonly from: string;
  readonly manifestFile: string;
}

const ENTRIES_AT_ONCE = 500;
const TOOLS = '.agent-tools';

/** Returns the changes, sorted by path. */
export async function changedFiles(places: CopyPlaces): Promise<readonly FileChange[]> {
  const { folder, manifestFile } = places;
  const before = readManifest(manifestFile);
  if (before === null) {
    throw new UserError('workspace-base-unknown', `what ${folder} was copied from was not noted, or the note is gone`, {
      hint: `compare it yourself: \`diff -r ${places.from} ${folder}\``,
    });
  }
  const changes: FileChange[] = [];
  const seen = new Set<string>();
  let count = 0;
  for (const [path, look] of entriesIn(folder)) {
    if (++count % ENTRIES_AT_ONCE === 0) await aMoment();
    if (path === TOOLS || path.startsWith(`${TOOLS}/`)) continue;
    seen.add(path);
    const change = changeOf(path, before.get(path) ?? null, look, places);
    if (change !== null) changes.push(change);
  }
  for (const [path, look] of before) {
    if (!seen.has(path) && look.type !== 'folder') changes.push({ path, kind: 'deleted', before: plain(look) });
  }
  const ignored = await ignoredByGit(
    folder,
    changes.map(({ path }) => path),
  );
  return changes.filter(({ path }) => !ignored.has(path)).sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Says whether a file of the source looks as it did when it was copied. Copying keeps type, size, time and mode. */
export function looksAsBefore(before: FileLook, now: FileLook | null): boolean {
  return (
    now !== null &&
    now.type === before.type &&
    now.sizeBytes === before.sizeBytes &&
    toMicroseconds(now.mtimeNs) === toMicroseconds(before.mtimeNs) &&
    now.mode === before.mode
  );
}

/** Says whether two places hold the same: files of the same content and mode, links that lead to the same. */
export function holdSame(a: { folder: string; path: string }, b: { folder: string; path: string }): boolean {
  const [lookA, lookB] = [lookAt(a.folder, a.path), lookAt(b.folder, b.path)];
  if (lookA === null || lookB === null) return lookA === lookB;
  if (lookA.type !== lookB.type || lookA.target !== lookB.target) return false;
  if (lookA.type !== 'file') return true;
  if (lookA.sizeBytes !== lookB.sizeBytes || lookA.mode !== lookB.mode) return false;
  return readFileSync(placeOf(a.folder, a.path)).equals(readFileSync(placeOf(b.folder, b.path)));
}

function changeOf(path: string, before: FullLook | null, now: FullLook, { folder, from }: CopyPlaces): FileChange | null {
  // Folders come and go with what is in them.
  if (now.type === 'folder') {
    return before !== null && before.type !== 'folder' ? { path, kind: 'deleted', before: plain(before) } : null;
  }
  if (before === null || before.type === 'folder') return { path, kind: 'added', before: null };
  const isUntouched = before.ctimeNs === now.ctimeNs && before.inode === now.inode && looksAsBefore(before, now);
  if (isUntouched && before.target === now.target) return null;
  // Written to, or only looked after: what it was copied from tells, as long as that is still the same.
  if (looksAsBefore(before, lookAt(from, path)) && holdSame({ folder, path }, { folder: from, path })) return null;
  return { path, kind: 'modified', before: plain(before) };
}

function plain({ type, sizeBytes, mtimeNs, mode }: FileLook): FileLook {
  return { type, sizeBytes, mtimeNs, mode };
}

/** Some programs that copy keep times to the microsecond only. */
function toMicroseconds(ns: string): bigint {
  return BigInt(ns) / 1000n;
}

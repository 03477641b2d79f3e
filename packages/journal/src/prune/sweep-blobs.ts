// Removes files of the store that nothing refers to, while others put files there.
//
// Whoever keeps a file puts it into the store first and appends the event that refers to it then. In between there is no reference,
// and where the content was there already nothing is written either: it is touched by its name (blobs.ts). So a file goes like this,
// inside a write transaction, in which nobody appends:
//
//   1. nothing refers to it, and nobody put it there for a day
//   2. it is moved aside, so that it has lost its name
//   3. nobody touched it meanwhile: it is removed; somebody did: it gets its name back
//
// A touch comes before 2, then 3 sees it, or after it, then there is no such name and the content is stored anew.
// Invariant: what a durable event refers to is in the store or aside. If the process ends between 2 and 3 the file is aside, where
// readers find it (blobs.ts) and the next sweep deals with it.
// Not here: which files (find-pruned.ts).

import { mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { asideFolderIn } from '../blobs.ts';
import type { StoredBlob } from '../list-blobs.ts';
import { inTransaction } from '../transaction.ts';
import { GRACE_MS } from './criteria.ts';
import type { OpenState } from './open-state.ts';

const AT_ONCE = 20;
const IS_WANTED = 'SELECT 1 FROM artifacts WHERE digest = ? AND pruned_ms IS NULL LIMIT 1';

/** Removes them; returns those that are gone. */
export function sweepBlobs(state: OpenState, blobs: readonly StoredBlob[], nowMs: number): readonly StoredBlob[] {
  const { database, paths } = state;
  const isWanted = database.prepare(IS_WANTED);
  const aside = asideFolderIn(paths.blobsFolder);
  const swept: StoredBlob[] = [];
  for (let at = 0; at < blobs.length; at += AT_ONCE) {
    inTransaction(database, paths.historyFile, () => {
      for (const blob of blobs.slice(at, at + AT_ONCE)) {
        if (isWanted.get(blob.digest) === undefined && removeUntouched(state, blob.digest, aside, nowMs - GRACE_MS))
          swept.push(blob);
      }
    });
  }
  return swept;
}

/** Deals with what a sweep that came to no end left aside. */
export function settleAside(state: OpenState): void {
  const { database, paths } = state;
  const aside = asideFolderIn(paths.blobsFolder);
  const digests = namesIn(aside);
  if (digests.length === 0) return;
  const isWanted = database.prepare(IS_WANTED);
  inTransaction(database, paths.historyFile, () => {
    for (const digest of digests) {
      if (isWanted.get(digest) === undefined) rmSync(join(aside, digest), { force: true });
      else renameSync(join(aside, digest), placeOf(paths.blobsFolder, digest));
    }
  });
}

function removeUntouched(state: OpenState, digest: string, aside: string, untilMs: number): boolean {
  const place = placeOf(state.paths.blobsFolder, digest);
  const put = statSync(place, { throwIfNoEntry: false });
  if (put === undefined || put.mtimeMs > untilMs) return false;
  mkdirSync(aside, { recursive: true, mode: 0o700 });
  const lost = join(aside, digest);
  renameSync(place, lost);
  state.reached('blob-set-aside');
  const touched = statSync(lost, { throwIfNoEntry: false });
  // A reader may have taken it back.
  if (touched === undefined) return false;
  if (touched.mtimeMs > untilMs) {
    renameSync(lost, place);
    return false;
  }
  rmSync(lost);
  state.reached('blob-removed');
  return true;
}

function placeOf(folder: string, digest: string): string {
  return join(folder, digest.slice(0, 2), digest);
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return [];
    throw cause;
  }
}

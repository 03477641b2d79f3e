// Puts kept files over a fresh copy. Where the source was changed since the first copy, the kept version wins in the workspace, and
// that is told; the source itself is never written to.
//
// Invariant: nothing is written behind a link, and what the files were before the run stays noted as what they were copied from, so
// that applying them finds out about changes of the source in between.
// Not here: keeping them (keep-files.ts).

import { appendFileSync, chmodSync, constants, copyFileSync, mkdirSync, rmSync, symlinkSync, utimesSync } from 'node:fs';
import { setImmediate as aMoment } from 'node:timers/promises';

import type { FileChange, FilesWork } from '../work/work.ts';
import { holdSame, looksAsBefore } from './files-work.ts';
import { lookAt, noteLine, placeOf } from './manifest.ts';

const ENTRIES_AT_ONCE = 500;
const NAMED_MAX = 10;
const NS_A_SECOND = 1e9;

/** Brings the files into the copy at `site`; returns what the user should know. */
export async function restoreFiles({ changes, folder, from }: FilesWork, site: string): Promise<readonly string[]> {
  const newer = changes.filter((change) => !isAsExpected(change, folder, site)).map(({ path }) => path);
  let count = 0;
  // What goes makes room for what comes in its place.
  for (const { path } of changes.filter(({ kind }) => kind === 'deleted')) remove(site, path);
  for (const { path } of changes.filter(({ kind }) => kind !== 'deleted')) {
    if (++count % ENTRIES_AT_ONCE === 0) await aMoment();
    write({ from: folder, to: site, path });
  }
  if (newer.length === 0) return [];
  const named = newer.slice(0, NAMED_MAX).map((path) => `\`${Buffer.from(path, 'latin1').toString('utf8')}\``);
  const rest = newer.length > NAMED_MAX ? ` and ${newer.length - NAMED_MAX} more` : '';
  return [`changed in ${from} since the run began; its workspace has the run's version: ${named.join(', ')}${rest}`];
}

/** Notes what the files were before the run changed them, over what the fresh copy has of them. */
export function noteRestored({ changes }: FilesWork, manifestFile: string): void {
  appendFileSync(manifestFile, changes.map(({ path, before }) => noteLine(path, before)).join(''), 'latin1');
}

/** Says whether the fresh copy has there what the first one had, or what the run made of it already. */
function isAsExpected({ path, kind, before }: FileChange, folder: string, site: string): boolean {
  if (!hasFoldersAbove(site, path)) return kind === 'deleted';
  const now = lookAt(site, path);
  if (kind === 'deleted' && now === null) return true;
  if (before === null ? now === null : looksAsBefore(before, now)) return true;
  return kind !== 'deleted' && holdSame({ folder, path }, { folder: site, path });
}

function hasFoldersAbove(site: string, path: string): boolean {
  return foldersAbove(path).every((above) => (lookAt(site, above)?.type ?? 'folder') === 'folder');
}

function foldersAbove(path: string): readonly string[] {
  const names = path.split('/').slice(0, -1);
  return names.map((_, at) => names.slice(0, at + 1).join('/'));
}

/** A folder that stands there by now is no file of the run's. */
function remove(site: string, path: string): void {
  if (!hasFoldersAbove(site, path) || lookAt(site, path)?.type === 'folder') return;
  rmSync(placeOf(site, path), { force: true });
}

function write({ from, to, path }: { readonly from: string; readonly to: string; readonly path: string }): void {
  const look = lookAt(from, path);
  if (look === null) return;
  for (const above of foldersAbove(path)) {
    const type = lookAt(to, above)?.type;
    if (type === 'folder') continue;
    rmSync(placeOf(to, above), { force: true });
    mkdirSync(placeOf(to, above));
  }
  const place = placeOf(to, path);
  rmSync(place, { recursive: true, force: true });
  if (look.type === 'link') return symlinkSync(Buffer.from(look.target ?? '', 'latin1'), place);
  copyFileSync(placeOf(from, path), place, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
  chmodSync(place, look.mode);
  const seconds = Number(look.mtimeNs) / NS_A_SECOND;
  utimesSync(place, seconds, seconds);
}

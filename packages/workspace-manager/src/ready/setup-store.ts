// What set-ups made, kept for the next workspaces of the repository by the digest of what it depends on. An entry gets its name
// when it is whole; one that is being copied is left alone by whoever clears up, because its use is noted first.
//
//   .setup/<key>/tree/…          .setup/<key>/kept.json          .setup/.new-<id>-<nonce>/ (being made)
//
// Not here: what is kept (decide-kept.ts), what is dropped (decide-dropped.ts).

import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

import { copyEntries } from '../copy-entries.ts';
import { removeTree } from '../remove-tree.ts';
import type { Run } from '../run-process.ts';
import { decideDropped } from './decide-dropped.ts';

/** What an entry holds: paths of new files and folders, and of changed files. */
export interface KeptPaths {
  readonly made: readonly string[];
  readonly changed: readonly string[];
}

/** An entry of the store. */
export interface KeptSetup extends KeptPaths {
  readonly folder: string;
}

const KEY = /^[0-9a-f]{64}$/;
const HOUR_MS = 3_600_000;

/** Finds what a set-up made, if it can be put into the workspace at `into`: nothing there may stand in the way. Notes its use. */
export function findKept(store: string, key: string, { into, nowMs }: { into: string; nowMs: number }): KeptSetup | null {
  const folder = join(store, key);
  const kept = readKept(folder);
  if (kept === null || !fits(kept, into)) return null;
  utimesSync(join(folder, 'kept.json'), nowMs / 1000, nowMs / 1000);
  return { folder, ...kept };
}

/** Puts what was kept into a workspace. */
export async function copyKept({ folder, made, changed }: KeptSetup, into: string, run: Run): Promise<void> {
  await copyPaths({ from: join(folder, 'tree'), to: into, paths: [...made, ...changed], run });
}

/** Keeps what a set-up made in a workspace; `name` tells the unfinished entry from all others. */
export async function keep(
  store: string,
  key: string,
  given: KeptPaths & { readonly from: string; readonly name: string; readonly run: Run; readonly onCopied: () => void },
): Promise<void> {
  const { made, changed, from, name, run, onCopied } = given;
  const fresh = join(store, name);
  const tree = join(fresh, 'tree');
  try {
    mkdirSync(tree, { recursive: true, mode: 0o700 });
    const paths = [...made, ...changed];
    for (const path of paths) mkdirSync(dirname(join(tree, path)), { recursive: true });
    await copyPaths({ from, to: tree, paths, run });
    writeFileSync(join(fresh, 'kept.json'), `${JSON.stringify({ version: 1, made, changed })}\n`);
    onCopied();
    // A power cut must not leave a whole entry of empty files. Where this cannot be had, there is nothing to be done about it.
    await run({ argv: ['sync', '-f', fresh], cwd: store });
    if (readKept(join(store, key)) === null) await drop(store, key);
    // Another workspace may have been quicker: what it kept is the same.
    moves(fresh, join(store, key));
  } finally {
    await removeTree(fresh);
  }
}

/** Removes entries that are not worth their room, and what interrupted removals left. */
export async function dropOld(store: string, nowMs: number): Promise<void> {
  const names = readdirSync(store);
  const entries = names.filter((name) => KEY.test(name)).map((key) => ({ key, usedMs: usedMs(join(store, key)) }));
  for (const key of decideDropped(entries, nowMs)) await drop(store, key);
  for (const name of names.filter((each) => each.startsWith('.trash-'))) await removeTree(join(store, name));
}

/** Returns the entries that nobody used since a time, with their folders. What was used within the last hour may just be being copied. */
export function unusedSince(
  store: string,
  untilMs: number,
  nowMs: number,
): readonly { readonly key: string; readonly folder: string }[] {
  const names = existsSync(store) ? readdirSync(store) : [];
  return names
    .filter((name) => KEY.test(name))
    .map((key) => ({ key, folder: join(store, key) }))
    .filter(({ folder }) => usedMs(folder) <= Math.min(untilMs, nowMs - HOUR_MS));
}

/** Removes an entry. */
export async function dropSetup(store: string, key: string): Promise<void> {
  await drop(store, key);
}

/** Returns what an unfinished entry of a workspace is called. */
export function freshName(id: string, nonce: string): string {
  return `.new-${id}-${nonce}`;
}

async function drop(store: string, key: string): Promise<void> {
  const trash = join(store, `.trash-${key}`);
  // Somebody else may be doing the same.
  if (moves(join(store, key), trash)) await removeTree(trash);
}

function readKept(folder: string): KeptPaths | null {
  try {
    const kept = JSON.parse(readFileSync(join(folder, 'kept.json'), 'utf8')) as KeptPaths & { readonly version?: unknown };
    return kept.version === 1 ? { made: kept.made, changed: kept.changed } : null;
  } catch {
    return null;
  }
}

function fits({ made, changed }: KeptPaths, into: string): boolean {
  const isFree = (path: string): boolean => kindOf(join(into, path)) === 'none' && hasFolders(path, into);
  const isFile = (path: string): boolean => kindOf(join(into, path)) === 'file' && hasFolders(path, into);
  return made.every(isFree) && changed.every(isFile);
}

/** Nothing is written through a link. */
function hasFolders(path: string, into: string): boolean {
  for (let folder = dirname(path); folder !== '.'; folder = dirname(folder)) {
    if (kindOf(join(into, folder)) !== 'folder') return false;
  }
  return true;
}

function kindOf(path: string): 'none' | 'file' | 'folder' | 'other' {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return 'none';
  return stat.isFile() ? 'file' : stat.isDirectory() ? 'folder' : 'other';
}

async function copyPaths(given: { from: string; to: string; paths: readonly string[]; run: Run }): Promise<void> {
  const { from, to, paths, run } = given;
  const byFolder = new Map<string, string[]>();
  for (const path of paths) {
    const folder = dirname(path);
    const names = byFolder.get(folder);
    if (names === undefined) byFolder.set(folder, [path]);
    else names.push(path);
  }
  for (const [folder, names] of byFolder) await copyEntries({ from, names, to: join(to, folder), run });
}

function usedMs(folder: string): number {
  return statSync(join(folder, 'kept.json'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function moves(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch {
    return false;
  }
}

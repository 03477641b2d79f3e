// What a copy looked like when it was made: one line a file, so that later changes can be told without keeping its content.
// Files are told apart as git does it, by what the file system says of them; a file that only looks different is then read.
// Not here: what changed since (files-work.ts).

import { once } from 'node:events';
import { constants, createWriteStream, lstatSync, readFileSync, readdirSync, readlinkSync } from 'node:fs';
import type { BigIntStats } from 'node:fs';
import { setImmediate as aMoment } from 'node:timers/promises';

import type { Run } from '../run-process.ts';
import type { FileLook } from '../work/work.ts';
import { isListed, readListed, writeListing } from './find-listing.ts';

/** How a file looks, with what changes whenever it is written to. */
export interface FullLook extends FileLook {
  readonly ctimeNs: string;
  readonly inode: string;
  /** Of a link. */
  readonly target: string | null;
}

const METADATA = new Set(['.git', '.jj']);
const TYPES: ReadonlyMap<number, FileLook['type']> = new Map([
  [constants.S_IFREG, 'file'],
  [constants.S_IFLNK, 'link'],
  [constants.S_IFDIR, 'folder'],
]);
const NOT_THERE = 'none ';
/** Between two moments in which others of this process have their turn. */
const ENTRIES_AT_ONCE = 500;

/** Goes through a folder, a folder before what is in it; paths are Latin-1 characters for bytes. */
export function* entriesIn(folder: string, path = ''): Generator<readonly [path: string, look: FullLook]> {
  const names = readdirSync(placeOf(folder, path), { encoding: 'latin1' }).sort();
  for (const name of names) {
    if (path === '' && METADATA.has(name)) continue;
    const below = path === '' ? name : `${path}/${name}`;
    const look = lookAt(folder, below);
    if (look === null) continue;
    yield [below, look];
    if (look.type === 'folder') yield* entriesIn(folder, below);
  }
}

/** Returns how an entry looks; null for one that is not there, and for pipes, sockets and devices. */
export function lookAt(folder: string, path: string): FullLook | null {
  const place = placeOf(folder, path);
  const stat = lstatIn(place);
  if (stat === undefined) return null;
  const mode = Number(stat.mode);
  const type = TYPES.get(mode & constants.S_IFMT);
  if (type === undefined) return null;
  return {
    type,
    // A folder's own size and time change with what is in it.
    sizeBytes: type === 'folder' ? '0' : String(stat.size),
    mtimeNs: type === 'folder' ? '0' : String(stat.mtimeNs),
    mode: mode & 0o7777,
    ctimeNs: type === 'folder' ? '0' : String(stat.ctimeNs),
    inode: String(stat.ino),
    target: type === 'link' ? readlinkSync(place, { encoding: 'buffer' }).toString('latin1') : null,
  };
}

/** Below a file there is nothing. */
function lstatIn(place: Buffer | string): BigIntStats | undefined {
  try {
    return lstatSync(place, { bigint: true, throwIfNoEntry: false });
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOTDIR') return undefined;
    throw cause;
  }
}

/** Returns the place of an entry: as text where that says the same, which is quicker, else as bytes. */
export function placeOf(folder: string, path: string): Buffer | string {
  if (path === '') return folder;
  return /[^ -~]/.test(path) ? Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(path, 'latin1')]) : `${folder}/${path}`;
}

/** Writes down how everything in a folder looks. */
export async function writeManifest(folder: string, file: string, run: Run): Promise<void> {
  if (!(await writeListing(folder, file, run))) await writeOwnListing(folder, file);
}

async function writeOwnListing(folder: string, file: string): Promise<void> {
  const stream = createWriteStream(file, { mode: 0o600 });
  const failed = once(stream, 'error').then(([cause]) => Promise.reject(cause as Error));
  const closed = once(stream, 'close');
  failed.catch(() => {});
  const flush = async (lines: readonly string[]): Promise<void> => {
    if (!stream.write(lines.join(''), 'latin1')) await Promise.race([once(stream, 'drain'), failed]);
    else await aMoment();
  };
  let lines: string[] = [];
  for (const [path, { type, sizeBytes, mtimeNs, mode, ctimeNs, inode, target }] of entriesIn(folder)) {
    lines.push(`${type} ${sizeBytes} ${mtimeNs} ${mode} ${ctimeNs} ${inode} ${path}\0${target ?? ''}\0`);
    if (lines.length < ENTRIES_AT_ONCE) continue;
    await flush(lines);
    lines = [];
  }
  await flush(lines);
  stream.end();
  await Promise.race([closed, failed]);
}

/** Reads what was written; null when there is nothing, or only a part of it. */
export function readManifest(file: string): ReadonlyMap<string, FullLook> | null {
  let text: string;
  try {
    text = readFileSync(file, 'latin1');
  } catch {
    return null;
  }
  const fields = text.split('\0');
  // The last one ends, too.
  if (fields.length % 2 === 0 || fields.at(-1) !== '') return null;
  const looks = new Map<string, FullLook>();
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [line = '', target = ''] = [fields[at], fields[at + 1]];
    if (line.startsWith(NOT_THERE)) {
      looks.delete(line.slice(NOT_THERE.length));
      continue;
    }
    const entry = isListed(line) ? readListed(line, target) : readOwn(line, target);
    if (entry === null) return null;
    if (entry !== 'skip') looks.set(...entry);
  }
  return looks;
}

/** Returns a line that says what an entry was before somebody changed it, over what lines above it say; null: it was not there. */
export function noteLine(path: string, before: FileLook | null): string {
  if (before === null) return `${NOT_THERE}${path}\0\0`;
  const { type, sizeBytes, mtimeNs, mode } = before;
  // No file has that number: it counts as touched.
  return `${type} ${sizeBytes} ${mtimeNs} ${mode} 0 0 ${path}\0\0`;
}

function readOwn(line: string, target: string): readonly [path: string, look: FullLook] | null {
  const [, type, sizeBytes = '0', mtimeNs = '0', mode, ctimeNs = '0', inode = '0', path = ''] =
    /^(\w+) (\d+) (-?\d+) (\d+) (-?\d+) (\d+) (.*)$/s.exec(line) ?? [];
  if (type !== 'file' && type !== 'link' && type !== 'folder') return null;
  return [path, { type, sizeBytes, mtimeNs, mode: Number(mode), ctimeNs, inode, target: type === 'link' ? target : null }];
}

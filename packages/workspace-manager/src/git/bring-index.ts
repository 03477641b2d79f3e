// Copies git's index for a look at a worktree, so that files which did not change are not read again.
//
// Git tells changes by the second: a file that was written in the second in which its index was, or later, it reads again, because
// an edit in the same second that keeps the size looks like none. After a checkout that is every file. But the index also holds
// the fractions, and those tell: what agrees with them is left as it is, the rest is marked as to be read again, and the copy is
// dated so late that git believes it.
// Not here: looking with it (private-git.ts).

import { copyFileSync, lstatSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import type { BigIntStats } from 'node:fs';
import { setImmediate as aMoment } from 'node:timers/promises';

/** How far the clock by which a kernel dates files moves at once (10 ms at most), and more. */
const TICK_NS = 12_000_000n;
const SECOND_NS = 1_000_000_000n;
const LATER_S = 2;
const ENTRIES_AT_ONCE = 500;
const READ_BYTES_MAX = 1_000_000n;

// What stands where in an entry, in bytes from its beginning.
const MTIME_AT = 8;
const TIMES_BYTES = 16;
const INODE_AT = 20;
const SIZE_AT = 36;
const STAT_BYTES = 40;
// Bits of its flags.
const EXTENDED = 0x4000;
const LENGTH_MASK = 0xfff;

/** Where an index is, where its copy goes, and whose it is. */
export interface IndexCopy {
  readonly from: string;
  readonly to: string;
  readonly workTree: string;
}

/** Makes the copy; none when there is no index, or when it needs a file beside it (a split index). */
export async function bringIndex({ from, to, workTree }: IndexCopy): Promise<void> {
  const stat = statSync(from, { bigint: true, throwIfNoEntry: false });
  if (stat?.isFile() !== true) return;
  const index = readFileSync(from);
  if (index.includes('link\0\0\0')) return;
  const known = entriesIn(index);
  if (known === null) {
    copyFileSync(from, to);
    // The copy must not look younger than it is.
    const seconds = Number(stat.mtimeMs) / 1000 - LATER_S;
    return utimesSync(to, seconds, seconds);
  }
  let count = 0;
  for (const entry of known.entries) {
    if (timeAt(index, entry.at + MTIME_AT) / SECOND_NS < stat.mtimeNs / SECOND_NS) continue;
    if (++count % ENTRIES_AT_ONCE === 0) await aMoment();
    // No file was ever written at that time.
    if (!isSame(index, entry, known.hashBytes, { workTree, writtenNs: stat.mtimeNs }))
      index.fill(0, entry.at, entry.at + TIMES_BYTES);
  }
  seal(index, known.hashBytes);
  writeFileSync(to, index, { mode: 0o600 });
  const seconds = Date.now() / 1000 + LATER_S;
  utimesSync(to, seconds, seconds);
}

interface Entry {
  /** Where it begins. */
  readonly at: number;
  readonly path: Buffer;
}

interface KnownIndex {
  readonly entries: readonly Entry[];
  /** How long the ids of objects are. */
  readonly hashBytes: 20 | 32;
}

/** Returns what the index lists; null when it is written in a way that is not known here. */
function entriesIn(index: Buffer): KnownIndex | null {
  const version = index.length < 12 || index.toString('latin1', 0, 4) !== 'DIRC' ? 0 : index.readUInt32BE(4);
  if (version !== 2 && version !== 3) return null;
  for (const hashBytes of [20, 32] as const) {
    const entries = entriesWith(index, hashBytes);
    if (entries !== null) return { entries, hashBytes };
  }
  return null;
}

function entriesWith(index: Buffer, hashBytes: number): readonly Entry[] | null {
  const entries: Entry[] = [];
  let at = 12;
  for (let left = index.readUInt32BE(8); left > 0; left--) {
    const flagsAt = at + STAT_BYTES + hashBytes;
    if (flagsAt + 2 > index.length) return null;
    const flags = index.readUInt16BE(flagsAt);
    const pathAt = flagsAt + ((flags & EXTENDED) === 0 ? 2 : 4);
    const end = index.indexOf(0, pathAt);
    // The length stands beside it, as far as it fits: so a wrong size of ids is noticed.
    if (end === -1 || (flags & LENGTH_MASK) !== Math.min(end - pathAt, LENGTH_MASK)) return null;
    entries.push({ at, path: index.subarray(pathAt, end) });
    at += (end - at + 8) & ~7;
  }
  return at + hashBytes <= index.length ? entries : null;
}

/** Says whether a file has not been written to since the index was: to the fraction of a second, and where that is close, by what it holds. */
function isSame(
  index: Buffer,
  { at, path }: Entry,
  hashBytes: KnownIndex['hashBytes'],
  { workTree, writtenNs }: { readonly workTree: string; readonly writtenNs: bigint },
): boolean {
  const place = placeOf(workTree, path);
  const stat = lstatIn(place);
  const looksSame =
    stat !== undefined &&
    stat.ctimeNs === timeAt(index, at) &&
    stat.mtimeNs === timeAt(index, at + MTIME_AT) &&
    BigInt.asUintN(32, stat.ino) === BigInt(index.readUInt32BE(at + INODE_AT)) &&
    BigInt.asUintN(32, stat.size) === BigInt(index.readUInt32BE(at + SIZE_AT));
  if (!looksSame) return false;
  if (stat.ctimeNs + TICK_NS < writtenNs) return true;
  if (!stat.isFile() || stat.size > READ_BYTES_MAX) return false;
  // As git counts it, unless it changes files on their way: then it has to look itself.
  const content = contentOf(place);
  const id = content === null ? null : digestOf(hashBytes, Buffer.from(`blob ${content.length}\0`), content);
  return id?.equals(index.subarray(at + STAT_BYTES, at + STAT_BYTES + hashBytes)) ?? false;
}

function contentOf(place: string | Buffer): Buffer | null {
  try {
    return readFileSync(place);
  } catch {
    return null;
  }
}

/** What stands in the place of a folder above it, or keeps us out, git finds, too. */
function lstatIn(place: string | Buffer): BigIntStats | undefined {
  try {
    return lstatSync(place, { bigint: true, throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** As text where that says the same: it is quicker. */
function placeOf(folder: string, path: Buffer): string | Buffer {
  const text = path.toString();
  return text.includes('\ufffd') ? Buffer.concat([Buffer.from(`${folder}/`), path]) : `${folder}/${text}`;
}

function digestOf(hashBytes: KnownIndex['hashBytes'], ...parts: readonly Buffer[]): Buffer {
  const hash = process.getBuiltinModule('node:crypto').createHash(hashBytes === 20 ? 'sha1' : 'sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

function timeAt(index: Buffer, at: number): bigint {
  return BigInt(index.readUInt32BE(at)) * SECOND_NS + BigInt(index.readUInt32BE(at + 4));
}

/** At its end stands the digest of the rest, or nothing but zeros for those who want none. */
function seal(index: Buffer, hashBytes: KnownIndex['hashBytes']): void {
  const end = index.subarray(index.length - hashBytes);
  if (end.every((byte) => byte === 0)) return;
  digestOf(hashBytes, index.subarray(0, index.length - hashBytes)).copy(end);
}

// Has GNU `find` write down how everything in a folder looks: it is several times quicker at that than Node.
// Not here: what becomes of it, and what is written elsewhere (manifest.ts).

import { closeSync, openSync } from 'node:fs';

import { UserError } from '@workflow-platform/events';

import type { Run } from '../run-process.ts';
import type { FullLook } from './manifest.ts';

// Type, size, time of the content, mode, time of change, inode, path, target.
const FORMAT = '%y %s %T@ %m %C@ %i %P\\0%l\\0';
const TOP_METADATA = ['(', '-path', './.git', '-o', '-path', './.jj', ')', '-prune', '-o'] as const;
const NANOSECONDS = 9;
const TYPES: ReadonlyMap<string, FullLook['type']> = new Map([
  ['f', 'file'],
  ['l', 'link'],
  ['d', 'folder'],
]);

/** Writes the listing; returns false where `find` cannot do it, and then the file holds nothing of use. */
export async function writeListing(folder: string, file: string, run: Run): Promise<boolean> {
  if (process.platform !== 'linux') return false;
  const output = openSync(file, 'w', 0o600);
  try {
    const argv = ['find', '.', '-mindepth', '1', ...TOP_METADATA, '-printf', FORMAT] as const;
    return (await run({ argv: [...argv], cwd: folder, output })).code === 0;
  } catch (cause) {
    if (cause instanceof UserError && cause.code === 'find-missing') return false;
    throw cause;
  } finally {
    closeSync(output);
  }
}

/** Says whether a line is of such a listing. */
export function isListed(line: string): boolean {
  return line.charAt(1) === ' ';
}

/** Returns what a line of it says of an entry: `skip` for pipes, sockets and devices, null when it is no such line. */
export function readListed(line: string, target: string): readonly [path: string, look: FullLook] | 'skip' | null {
  const match = /^([a-zA-Z]) (\d+) (-?\d+\.\d+) ([0-7]+) (-?\d+\.\d+) (\d+) (.*)$/s.exec(line);
  if (match === null) return null;
  const [, letter = '', sizeBytes = '0', mtime = '', mode = '', ctime = '', inode = '0', path = ''] = match;
  const type = TYPES.get(letter);
  if (type === undefined) return 'skip';
  const isFolder = type === 'folder';
  const look: FullLook = {
    type,
    sizeBytes: isFolder ? '0' : sizeBytes,
    mtimeNs: isFolder ? '0' : nanoseconds(mtime),
    mode: Number.parseInt(mode, 8),
    ctimeNs: isFolder ? '0' : nanoseconds(ctime),
    inode,
    target: type === 'link' ? target : null,
  };
  return [path, look];
}

function nanoseconds(text: string): string {
  const [seconds = '0', fraction = ''] = text.split('.');
  const ns = BigInt(seconds.replace('-', '') + fraction.slice(0, NANOSECONDS).padEnd(NANOSECONDS, '0'));
  return String(text.startsWith('-') ? -ns : ns);
}

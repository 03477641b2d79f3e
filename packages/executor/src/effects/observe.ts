// Answers the scheduler's questions about the workspace. What lies outside of it counts as not there.
// Not here: what the answers decide (scheduler).

import { closeSync, lstatSync, openSync, readdirSync, readFileSync, readlinkSync, readSync, statSync } from 'node:fs';
import type { Dirent } from 'node:fs';
import { join } from 'node:path';
import type { Fact } from '@workflow-platform/events';
import { decodeUtf8 } from '../attempt/read-outputs.ts';
import { existingInside } from '../inside.ts';

/** What `file(PATH)` may read. */
export const fileBytesMax = 1024 * 1024;

/** Returns the answer to a query: `exists:PATH`, `digest:PATH` or `file:PATH`. */
export function look(workspacePath: string, query: string): Fact['answer'] {
  const colon = query.indexOf(':');
  const place = existingInside(workspacePath, query.slice(colon + 1));
  try {
    switch (query.slice(0, colon)) {
      case 'exists':
        return place !== null;
      case 'digest':
        return place === null ? null : digestOf(place);
      case 'file':
        return place === null ? null : textOf(place);
      default:
        throw new Error(`broken invariant: unexpected query ${query}`);
    }
  } catch (error) {
    // It went away, or may not be read: for a step, that is the same as not being there.
    if ((error as NodeJS.ErrnoException).code !== undefined) return null;
    throw error;
  }
}

/** Text of a file; null for a folder, for what is too large, and for what is not UTF-8. */
function textOf(path: string): string | null {
  const stats = statSync(path);
  return !stats.isFile() || stats.size > fileBytesMax ? null : decodeUtf8(readFileSync(path));
}

/** SHA-256 of a file's content; of a folder: of the sorted names, kinds and digests of what is in it, without version control. */
function digestOf(path: string): string | null {
  const stats = lstatSync(path);
  const hash = process.getBuiltinModule('node:crypto').createHash('sha256');
  if (stats.isSymbolicLink()) return hash.update(readlinkSync(path)).digest('hex');
  if (stats.isFile()) return digestOfFile(path);
  // A pipe or socket has no content that could change.
  if (!stats.isDirectory()) return null;
  const entries = readdirSync(path, { withFileTypes: true }).filter(({ name }) => !versionControlFolders.has(name));
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) hash.update(`${kindOf(entry)}\0${entry.name}\0${digestOf(join(path, entry.name)) ?? ''}\n`);
  return hash.digest('hex');
}

function digestOfFile(path: string): string {
  const hash = process.getBuiltinModule('node:crypto').createHash('sha256');
  const file = openSync(path, 'r');
  try {
    const buffer = Buffer.allocUnsafe(256 * 1024);
    for (let read = readSync(file, buffer); read > 0; read = readSync(file, buffer)) hash.update(buffer.subarray(0, read));
  } finally {
    closeSync(file);
  }
  return hash.digest('hex');
}

function kindOf(entry: Dirent): string {
  return entry.isDirectory() ? 'folder' : entry.isSymbolicLink() ? 'link' : 'file';
}

const versionControlFolders = new Set(['.git', '.jj']);

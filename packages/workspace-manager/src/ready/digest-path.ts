// The content of a file or folder as one digest. Names, kinds, links and executable bits count; times and owners do not.

import { closeSync, lstatSync, openSync, readSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

const PORTION_BYTES = 1 << 18;

/** Returns a text that is the same as long as what is at the path is; `missing` is one, too. Links are not followed. */
export function digestPath(path: string): string {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return 'missing';
  if (stat.isSymbolicLink()) return `link ${readlinkSync(path)}`;
  if (stat.isFile()) return `file ${(stat.mode & 0o111) === 0 ? '' : 'executable '}${digestFile(path)}`;
  // A pipe or socket has no content.
  if (!stat.isDirectory()) return 'special';
  const names = readdirSync(path).sort();
  const text = JSON.stringify(names.map((name) => [name, digestPath(join(path, name))]));
  return `folder ${process.getBuiltinModule('node:crypto').hash('sha256', text, 'hex')}`;
}

function digestFile(path: string): string {
  const hash = process.getBuiltinModule('node:crypto').createHash('sha256');
  const portion = Buffer.allocUnsafe(PORTION_BYTES);
  const file = openSync(path, 'r');
  try {
    for (let length; (length = readSync(file, portion)) > 0;) hash.update(portion.subarray(0, length));
  } finally {
    closeSync(file);
  }
  return hash.digest('hex');
}

// How much the files of a folder hold, as their sizes say; what is behind links does not count.

import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Returns the bytes of a file or of all files in a folder; 0 for what is not there. What goes meanwhile counts as gone. */
export function sizeOfFolder(path: string): number {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return 0;
  if (!stat.isDirectory()) return stat.size;
  let names: string[];
  try {
    names = readdirSync(path);
  } catch {
    return 0;
  }
  return names.reduce((sum, name) => sum + sizeOfFolder(join(path, name)), 0);
}

// Finds the folder that a workflow may not reach out of.

import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** Returns the nearest folder, from this one upward, that holds a `.jj` or `.git`; null outside of any repository. */
export function findRepositoryRoot(folder: string): string | null {
  for (let at = resolve(folder); ; at = dirname(at)) {
    if (existsSync(join(at, '.jj')) || existsSync(join(at, '.git'))) return at;
    if (dirname(at) === at) return null;
  }
}

// Compares paths by the folders they lead to, also where the last part is not there any more.

import { realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

/** Says whether two paths name one place. */
export function isSamePlace(one: string, other: string): boolean {
  return physical(resolve(one)) === physical(resolve(other));
}

function physical(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return dirname(path) === path ? path : join(physical(dirname(path)), basename(path));
  }
}

// What a tree contains that a workspace cannot hold whole: submodules, files kept with Git LFS.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the top folder says about its files. */
export interface SpecialContent {
  readonly hasSubmodules: boolean;
  readonly usesLfs: boolean;
}

/** Looks at the two files in which git keeps it. */
export function specialContentOf(folder: string): SpecialContent {
  return {
    hasSubmodules: existsSync(join(folder, '.gitmodules')),
    usesLfs: /filter=lfs/.test(readText(join(folder, '.gitattributes'))),
  };
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

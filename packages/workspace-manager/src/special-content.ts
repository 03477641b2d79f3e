// What a tree contains that a workspace cannot hold whole: submodules, files kept with Git LFS.

import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { readRegularFile } from './regular-file.ts';

/** What the top folder says about its files. */
export interface SpecialContent {
  readonly hasSubmodules: boolean;
  readonly usesLfs: boolean;
}

/** Looks at the two files in which git keeps it. */
export function specialContentOf(folder: string): SpecialContent {
  return {
    hasSubmodules: existsSync(join(folder, '.gitmodules')),
    usesLfs: /filter=lfs/.test(readRegularFile(join(folder, '.gitattributes')) ?? ''),
  };
}

// Copies files so that the copy shares its blocks with the source until one of them is written to, where the file system can.
// It never tells unless it is told to do it or to fail.

import { constants, copyFileSync, rmSync } from 'node:fs';

/** Tries it until it fails once: then source and copy lie on file systems that cannot. */
export class BlockSharing {
  #isPossible = true;

  /** Makes `to`, which is not there yet, a copy of the file `from`; says whether it did. */
  copy({ from, to }: { readonly from: string | Buffer; readonly to: string | Buffer }): boolean {
    if (!this.#isPossible) return false;
    try {
      copyFileSync(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE_FORCE);
    } catch {
      // Whatever is wrong with the file itself is told by whoever copies it in the plain way.
      rmSync(to, { force: true });
      this.#isPossible = false;
    }
    return this.#isPossible;
  }
}

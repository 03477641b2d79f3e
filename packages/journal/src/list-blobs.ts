// Lists the files of the store of artifacts.
// Not here: putting them there (blobs.ts).

import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** A file of the store. */
export interface StoredBlob {
  readonly digest: string;
  readonly sizeBytes: number;
  /** When it was last put there, or asked to be. */
  readonly putMs: number;
}

/** Returns all of them; none where there is no store. */
export function listBlobs(folder: string): readonly StoredBlob[] {
  return namesIn(folder)
    .filter((name) => /^[0-9a-f]{2}$/.test(name))
    .flatMap((prefix) => namesIn(join(folder, prefix)).filter((name) => /^[0-9a-f]{64}$/.test(name)))
    .flatMap((digest) => {
      const stat = statSync(join(folder, digest.slice(0, 2), digest), { throwIfNoEntry: false });
      return stat === undefined ? [] : [{ digest, sizeBytes: stat.size, putMs: stat.mtimeMs }];
    });
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return [];
    throw cause;
  }
}

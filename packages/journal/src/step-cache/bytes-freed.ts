// How much the removal of some entries frees: contents that others have too stay.
// Not here: removing them (manage-entries.ts).

import { blobsOf } from './entry-file.ts';
import type { CacheEntryRow } from './manage-entries.ts';

/** Returns the bytes by key; what several of them share counts for the first. */
export function bytesFreed(rows: readonly CacheEntryRow[], keys: ReadonlySet<string>): ReadonlyMap<string, number> {
  const seen = new Set(
    rows.filter(({ entry }) => !keys.has(entry.key)).flatMap(({ entry }) => blobsOf(entry).map(({ digest }) => digest)),
  );
  const freed = new Map<string, number>();
  for (const { entry } of rows.filter((row) => keys.has(row.entry.key))) {
    let sum = 0;
    for (const { digest, sizeBytes } of blobsOf(entry)) {
      if (!seen.has(digest)) sum += sizeBytes;
      seen.add(digest);
    }
    freed.set(entry.key, sum);
  }
  return freed;
}

// Compares the store of artifacts with what the history says is in it. Changes nothing.
// Not here: removing what nobody needs (prune/sweep-blobs.ts).

import type { Blobs } from '../blobs.ts';
import { listBlobs } from '../list-blobs.ts';

/** A file that the history speaks of. */
export interface ExpectedBlob {
  readonly digest: string;
  readonly sizeBytes: number;
  readonly runId: string;
}

/** What was found. */
export interface BlobReport {
  readonly count: number;
  readonly sizeBytes: number;
  readonly missing: readonly ExpectedBlob[];
  /** Of another size than it was kept with, or, where contents were read, another content. */
  readonly damaged: readonly ExpectedBlob[];
  /** What no run needs (any more). */
  readonly unused: { readonly count: number; readonly sizeBytes: number };
}

/** Checks the store; `full` reads every file that is expected. */
export async function checkBlobs(
  { folder, blobs, full }: { readonly folder: string; readonly blobs: Blobs; readonly full: boolean },
  expected: Iterable<ExpectedBlob>,
): Promise<BlobReport> {
  const there = new Map(listBlobs(folder).map((blob) => [blob.digest, blob.sizeBytes]));
  const sizeBytes = sum(there.values());
  const count = there.size;
  const missing: ExpectedBlob[] = [];
  const damaged: ExpectedBlob[] = [];
  const unused = new Map(there);
  for (const blob of expected) {
    const size = there.get(blob.digest);
    if (!unused.delete(blob.digest) && size !== undefined) continue;
    if (size === undefined) missing.push(blob);
    else if (size !== blob.sizeBytes || (full && (await blobs.verify(blob.digest)) === 'damaged')) damaged.push(blob);
  }
  return { count, sizeBytes, missing, damaged, unused: { count: unused.size, sizeBytes: sum(unused.values()) } };
}

function sum(numbers: Iterable<number>): number {
  let total = 0;
  for (const each of numbers) total += each;
  return total;
}

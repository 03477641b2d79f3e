// Lists and removes entries: for people and for whoever clears up.
// Not here: which are worth their room.

import { lstatSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import type { CacheEntry } from '@workflow-platform/events';

import { codeOf } from '../sqlite-error.ts';
import { blobsOf } from './entry-file.ts';
import { namesIn, sweepIncoming } from './incoming.ts';
import { openStepCache } from './step-cache.ts';
import { DIGEST, storePaths } from './store-paths.ts';

/** Where a store is. */
export interface StepCachePlace {
  readonly folder: string;
  readonly keyFile: string;
}

/** An entry with what matters to keeping it. */
export interface CacheEntryRow {
  readonly entry: CacheEntry;
  /** Of all its contents; what entries share counts for each. */
  readonly sizeBytes: number;
  readonly lastUsedMs: number;
}

/** Returns all whole entries, the one used last first. Damaged ones are removed. */
export function listCacheEntries(place: StepCachePlace): readonly CacheEntryRow[] {
  const paths = storePaths(place.folder);
  const cache = openStepCache(place);
  const rows: CacheEntryRow[] = [];
  for (const key of keysIn(paths.entries)) {
    const lastUsedMs = lstatSync(paths.entry(key), { throwIfNoEntry: false })?.mtimeMs;
    const entry = cache.find(key);
    if (lastUsedMs === undefined || typeof entry === 'string') continue;
    const sizeBytes = blobsOf(entry).reduce((sum, blob) => sum + blob.sizeBytes, 0);
    rows.push({ entry, sizeBytes, lastUsedMs: Math.round(lastUsedMs) });
  }
  return rows.sort((a, b) => b.lastUsedMs - a.lastUsedMs || (a.entry.key < b.entry.key ? -1 : 1));
}

/**
 * Removes entries and every content that no other entry has. Whoever is taking or keeping one at the same time meets a miss, never
 * half of it. Returns how many bytes that freed.
 */
export function removeCacheEntries(place: StepCachePlace, keys: readonly string[]): number {
  const paths = storePaths(place.folder);
  for (const key of keys) {
    rmSync(paths.entry(key), { force: true });
    for (const step of namesIn(paths.bySteps)) rmSync(join(paths.byStep(step), key), { force: true });
  }
  sweepIncoming(paths.incoming);
  const used = new Set(listCacheEntries(place).flatMap(({ entry }) => blobsOf(entry).map(({ digest }) => digest)));
  let freedBytes = 0;
  for (const digest of keysIn(paths.blobs)) {
    if (used.has(digest)) continue;
    freedBytes += lstatSync(paths.blob(digest), { throwIfNoEntry: false })?.size ?? 0;
    rmSync(paths.blob(digest), { force: true });
  }
  return freedBytes;
}

/** Removes one entry. */
export function removeCacheEntry(place: StepCachePlace, key: string): number {
  return removeCacheEntries(place, [key]);
}

function keysIn(folder: string): readonly string[] {
  return namesIn(folder).flatMap((name) => {
    try {
      return namesIn(join(folder, name)).filter((key) => DIGEST.test(key) && key.startsWith(name));
    } catch (cause) {
      if (codeOf(cause) === 'EACCES') return [];
      throw cause;
    }
  });
}

// Kept results of cached steps that no run has used for long.
// Not here: the store (journal: step-cache/).

import { bytesFreed, listCacheEntries, removeCacheEntries } from '@workflow-platform/journal';
import { stepCachePlace } from '../step-cache-place.ts';
import type { PrunedItem, PruneOutcome, PruneRequest, PruneTarget } from './target.ts';

/** The target. */
export const cacheTarget: PruneTarget = {
  kinds: ['cache'],
  find: async (request) => outcomeOf(unused(request).items),
  prune: async (request) => {
    const { keys, items } = unused(request);
    if (keys.size > 0) removeCacheEntries(stepCachePlace(request.context), [...keys]);
    return outcomeOf(items);
  },
};

interface Unused {
  readonly keys: ReadonlySet<string>;
  readonly items: readonly PrunedItem[];
}

function unused({ context, retention: { cacheMs }, nowMs, workflow }: PruneRequest): Unused {
  if (cacheMs === null) return { keys: new Set(), items: [] };
  const rows = listCacheEntries(stepCachePlace(context));
  const old = rows.filter(
    ({ entry, lastUsedMs }) => lastUsedMs <= nowMs - cacheMs && (workflow === null || entry.made.workflow === workflow),
  );
  const keys = new Set(old.map(({ entry }) => entry.key));
  const freed = bytesFreed(rows, keys);
  const items = old.map(({ entry: { key, made } }) => ({
    name: key,
    detail: `${made.step} of ${made.workflow}`,
    sizeBytes: freed.get(key) ?? 0,
  }));
  return { keys, items };
}

function outcomeOf(items: readonly PrunedItem[]): PruneOutcome {
  return { kinds: [{ kind: 'cache', items }], spared: [], failures: [] };
}

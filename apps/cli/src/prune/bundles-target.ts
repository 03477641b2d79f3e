// Workflow files that were fetched from URLs and that nothing has used for long.
// Not here: fetching them (source).

import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fetchedFolder } from '@workflow-platform/source';
import type { PrunedItem, PruneOutcome, PruneRequest, PruneTarget, SparedItem } from './target.ts';

/** The target. */
export const bundlesTarget: PruneTarget = {
  kinds: ['bundles'],
  find: async (request) => outcomeOf(unused(request).map(({ item }) => item)),
  prune: async (request) => {
    const removed: PrunedItem[] = [];
    const failures: SparedItem[] = [];
    for (const { item, path } of unused(request)) {
      try {
        // Whoever reads it at this moment has it open, or fetches it again.
        rmSync(path, { force: true });
        removed.push(item);
      } catch (cause) {
        failures.push({ name: path, why: cause instanceof Error ? cause.message : String(cause) });
      }
    }
    return outcomeOf(removed, failures);
  },
};

interface Unused {
  readonly path: string;
  readonly item: PrunedItem;
}

function unused({ context, retention: { bundlesMs }, nowMs, workflow }: PruneRequest): readonly Unused[] {
  // Which workflow a fetched file holds is not known.
  if (bundlesMs === null || workflow !== null) return [];
  const folder = fetchedFolder(context.env);
  return namesIn(folder).flatMap((prefix) =>
    namesIn(join(folder, prefix)).flatMap((digest) => {
      const path = join(folder, prefix, digest);
      const stat = statSync(path, { throwIfNoEntry: false });
      if (stat === undefined || !stat.isFile() || stat.mtimeMs > nowMs - bundlesMs) return [];
      return [{ path, item: { name: digest, detail: 'a workflow file', sizeBytes: stat.size } }];
    }),
  );
}

function outcomeOf(items: readonly PrunedItem[], failures: readonly SparedItem[] = []): PruneOutcome {
  return { kinds: [{ kind: 'bundles', items }], spared: [], failures };
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && (cause.code === 'ENOENT' || cause.code === 'ENOTDIR')) return [];
    throw cause;
  }
}

// Undoes what was done to make a workspace ready, once the workspace is gone. Its ports are free with its record.

import { readFileSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

import { isSamePlace } from '../agent/same-place.ts';
import type { WorkspaceRecord } from '../record.ts';
import { removeTree } from '../remove-tree.ts';
import type { WorkspacePlaces } from '../workspace-paths.ts';
import { freshName } from './setup-store.ts';

/** Forgets it. May be repeated. */
export async function forgetReadiness(record: WorkspaceRecord, places: WorkspacePlaces): Promise<void> {
  const allowFile = record.readiness?.allowFile ?? null;
  if (allowFile !== null && isAbout(allowFile, places.folder)) rmSync(allowFile, { force: true });
  rmSync(places.direnvFile, { force: true });
  await removeTree(join(places.setupFolder, freshName(record.id, record.nonce)));
}

/** direnv writes into it which file is allowed. */
function isAbout(allowFile: string, folder: string): boolean {
  try {
    const file = readFileSync(allowFile, 'utf8').trim();
    return basename(file) === '.envrc' && isSamePlace(dirname(file), folder);
  } catch {
    return false;
  }
}

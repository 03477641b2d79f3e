// Finds the workspaces of all repositories and folders of this user, by what lies in the folder of all workspaces.
// Not here: those of one repository (workspace-home.ts), one namespace's workspaces (list-all.ts).

import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';

import { explainFileFailure } from '../file-failure.ts';
import { findSource } from '../find-source.ts';
import type { Source } from '../find-source.ts';
import { readRecord } from '../record.ts';
import { namespaceOf, workspacesRoot } from '../workspace-paths.ts';
import type { WorkspaceHome, WorkspaceWorld } from './workspace-home.ts';

/** The workspaces of one repository or folder. */
export interface FoundHome {
  readonly home: WorkspaceHome;
  /** False when what they were made from is not there any more. */
  readonly isSourceThere: boolean;
}

const NAMESPACE = /^.+-[0-9a-f]{10}$/;

/** Returns them, sorted by name. A namespace of which no record says where it belongs is left out: nothing in it is ours. */
export function findAllHomes(world: Omit<WorkspaceWorld, 'cwd'>): readonly FoundHome[] {
  const root = workspacesRoot(world.env);
  return namesIn(root, root)
    .filter((name) => NAMESPACE.test(name))
    .sort()
    .flatMap((name) => {
      const namespaceFolder = join(root, name);
      const from = sourceOf(namespaceFolder, root);
      if (from === null) return [];
      const found = existsSync(from) ? findSource(from, root) : null;
      // Another repository may have come to the same place.
      const isSourceThere = found !== null && namespaceOf(found.root) === basename(namespaceFolder);
      const source: Source = isSourceThere ? found : { kind: 'folder', root: from, checkout: from };
      return [{ home: { ...world, cwd: from, source, repositoryRoot: source.root, namespaceFolder }, isSourceThere }];
    });
}

function sourceOf(namespaceFolder: string, root: string): string | null {
  const state = join(namespaceFolder, '.state');
  for (const name of namesIn(state, root).filter((each) => each.endsWith('.json') && !each.startsWith('.'))) {
    const record = readRecord(join(state, name));
    if (record !== null && record !== 'unreadable') return record.from;
  }
  return null;
}

function namesIn(folder: string, root: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && (cause.code === 'ENOENT' || cause.code === 'ENOTDIR')) return [];
    throw explainFileFailure(cause, root);
  }
}

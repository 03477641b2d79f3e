// Where the state of runs is kept, by the XDG rules.
// Not here: making these folders (whoever writes into them first), settings and caches.

import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** Places inside the state folder. All absolute. */
export interface StatePaths {
  /** `$XDG_STATE_HOME/workflow`. */
  readonly folder: string;
  /** The SQLite file with the history of all runs. */
  readonly historyFile: string;
  /** What runs tell each other of quotas. */
  readonly quotaFile: string;
  /** Holds a folder for each run. */
  readonly runsFolder: string;
  /** Holds artifacts by the digest of their content. */
  readonly blobsFolder: string;
  /** The key that results of cached steps are sealed with; apart from them, so that who has the cache folder has no key. */
  readonly stepCacheKeyFile: string;
  /** Returns the folder of one run. */
  runFolder(runId: string): string;
}

/** Returns the places for this environment. A variable that is empty or not an absolute path counts as unset, as XDG demands. */
export function statePaths(env: { readonly [name: string]: string | undefined }): StatePaths {
  const folder = join(stateHome(env), 'workflow');
  const runsFolder = join(folder, 'runs');
  return {
    folder,
    historyFile: historyFileIn(folder),
    quotaFile: join(folder, 'quota.db'),
    runsFolder,
    blobsFolder: join(folder, 'blobs'),
    stepCacheKeyFile: join(folder, 'step-cache.key'),
    runFolder: (runId) => join(runsFolder, runId),
  };
}

/** Returns the history's file inside a state folder. */
export function historyFileIn(stateFolder: string): string {
  return join(stateFolder, 'history.db');
}

function stateHome(env: { readonly [name: string]: string | undefined }): string {
  const given = env['XDG_STATE_HOME'];
  if (given !== undefined && isAbsolute(given)) return given;
  const home = env['HOME'];
  return join(home !== undefined && isAbsolute(home) ? home : homedir(), '.local', 'state');
}

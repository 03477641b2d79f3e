// Where kept results of steps lie.
//
//   steps/entries/<aa>/<key>        an entry: its seal, and what it holds as JSON; its time of change is its last use
//   steps/blobs/<aa>/<digest>       contents of files, logs, parts of keys: read-only, by SHA-256
//   steps/by-step/<step>/<key>      empty: the step has had this entry, so what it holds is known to come from the step
//   steps/incoming/<pid>-<nonce>/   what is being made: by a process that is gone, it is left over
//
// Not here: the machine's key, which lies in the state folder, apart from what it seals (machine-key.ts).

import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

import { assert } from '@workflow-platform/events';

export interface StorePaths {
  readonly folder: string;
  readonly entries: string;
  readonly blobs: string;
  readonly bySteps: string;
  readonly incoming: string;
  entry(key: string): string;
  blob(digest: string): string;
  byStep(step: string): string;
}

/** Name of an entry, a blob or a step. */
export const DIGEST = /^[0-9a-f]{64}$/;

/** Returns the folder for this environment: `$XDG_CACHE_HOME/workflow/steps`. */
export function stepCacheFolder(env: { readonly [name: string]: string | undefined }): string {
  const given = env['XDG_CACHE_HOME'];
  const home = env['HOME'];
  const cache =
    given !== undefined && isAbsolute(given) ? given : join(home !== undefined && isAbsolute(home) ? home : homedir(), '.cache');
  return join(cache, 'workflow', 'steps');
}

/** Returns the places below a folder. */
export function storePaths(folder: string): StorePaths {
  const entries = join(folder, 'entries');
  const blobs = join(folder, 'blobs');
  const bySteps = join(folder, 'by-step');
  return {
    folder,
    entries,
    blobs,
    bySteps,
    incoming: join(folder, 'incoming'),
    entry: (key) => join(entries, key.slice(0, 2), checked(key)),
    blob: (digest) => join(blobs, digest.slice(0, 2), checked(digest)),
    byStep: (step) => join(bySteps, checked(step)),
  };
}

function checked(name: string): string {
  assert(DIGEST.test(name), `\`${name}\` is a digest`);
  return name;
}

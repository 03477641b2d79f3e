// Reads the files that a cached step names: path, kind, executable bit and content of each. A link counts as its target; the
// content behind it counts too where that is a file inside the workspace, and is not looked at where it is outside.
// Not here: the rest of the key (cache-key.ts).

import { lstatSync, readlinkSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { PlanCache } from '@workflow-platform/core';
import type { CacheFact } from '@workflow-platform/events';
import { matchFiles } from '../effects/match-files.ts';
import { existingInside } from '../inside.ts';
import type { StepCachePort } from '../ports.ts';

export interface InputsRequest {
  readonly cache: PlanCache;
  /** Absolute path of the workspace's root. */
  readonly root: string;
  readonly store: Pick<StepCachePort, 'look'>;
  /** Throws when it is to be given up. */
  goOn(): void;
}

export interface Inputs {
  readonly files: readonly CacheFact[];
  /** Globs that match nothing. */
  readonly unmatched: readonly string[];
}

/** Returns them. Throws what the system says about a file that cannot be read. */
export async function digestInputs({ cache, root, store, goOn }: InputsRequest): Promise<Inputs> {
  const paths = new Set<string>();
  const unmatched: string[] = [];
  for (const glob of cache.inputs) {
    // What the step makes is no input: it would be another one after each run.
    const matches = await matchFiles(glob, root, { links: 'all', except: cache.outputs });
    if (matches.length === 0) unmatched.push(glob);
    for (const path of matches) paths.add(path);
  }
  const files: CacheFact[] = [];
  for (const path of paths) {
    goOn();
    const text = await textOf(path, root, store);
    if (text !== null) files.push([path, text]);
  }
  return { files, unmatched };
}

/** Null for what went away this moment, and for what has no content. */
async function textOf(path: string, root: string, store: InputsRequest['store']): Promise<string | null> {
  const place = join(root, path);
  const stat = lstatSync(place, { throwIfNoEntry: false });
  if (stat === undefined) {
    // A name that is no UTF-8 text arrives with a sign in the place of what could not be read.
    if (path.includes('\uFFFD')) throw Object.assign(new Error(`the name of ${path} is not UTF-8 text`), { code: 'EILSEQ' });
    return null;
  }
  if (stat.isSymbolicLink()) return linkText(path, root, store);
  return stat.isFile() ? fileText(place, store) : null;
}

async function linkText(path: string, root: string, store: InputsRequest['store']): Promise<string> {
  const target = readlinkSync(join(root, path));
  const behind = target.startsWith('/') ? null : existingInside(root, join(dirname(path), target));
  if (behind === null || !statSync(behind, { throwIfNoEntry: false })?.isFile()) return `link ${target}`;
  return `link ${target} ${await fileText(behind, store)}`;
}

async function fileText(place: string, store: InputsRequest['store']): Promise<string> {
  const { digest, mode } = await store.look(place);
  return `${(mode & 0o100) === 0 ? 'file' : 'program'} ${digest}`;
}

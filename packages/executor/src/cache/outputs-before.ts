// What stands in the places of a cached step's outputs before an attempt, and is not known to be the step's: what a failed
// attempt of the same run left there is the step's own, as long as nobody has touched it since.
// Not here: what it means for keeping a result (cached-attempt.ts).

import { lstatSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { matchFiles } from '../effects/match-files.ts';
import type { StepCachePort } from '../ports.ts';
import { lookAtPlace, stampOf } from './look-at-place.ts';

/** Content as in CacheEntry, and a stamp that any change makes another one. */
export type StandingOutput = readonly [path: string, text: string, stamp: string];

export interface OutputsPlace {
  readonly globs: readonly string[];
  /** Absolute path of the root of the workspace. */
  readonly root: string;
  /** File of the run in which a failed attempt of the step says what it left. */
  readonly leftFile: string;
}

/** Returns what is there. `goOn` throws when it is to be given up. */
export async function outputsBefore(
  { globs, root, leftFile }: OutputsPlace,
  store: Pick<StepCachePort, 'look'>,
  goOn: () => void,
): Promise<readonly StandingOutput[]> {
  const left = readLeft(leftFile);
  const there = new Map<string, StandingOutput>();
  for (const path of await pathsOf(globs, root)) {
    goOn();
    const found = await lookAtPlace(root, path, store);
    if (found.kind === 'content' && left.get(path) !== found.stamp) there.set(path, [path, found.text, found.stamp]);
  }
  return [...there.values()];
}

/** Notes what a failed attempt leaves, for the next attempt of the step in this run. */
export async function noteLeftOutputs({ globs, root, leftFile }: OutputsPlace, before: readonly StandingOutput[]): Promise<void> {
  const foreign = new Set(before.map(([path, , stamp]) => `${path}\0${stamp}`));
  const left: [string, string][] = [];
  for (const path of await pathsOf(globs, root)) {
    const stat = lstatSync(join(root, path), { bigint: true, throwIfNoEntry: false });
    if (stat !== undefined && !foreign.has(`${path}\0${stampOf(stat)}`)) left.push([path, stampOf(stat)]);
  }
  writeFileSync(leftFile, JSON.stringify(left), { mode: 0o600 });
}

async function pathsOf(globs: readonly string[], root: string): Promise<ReadonlySet<string>> {
  const paths = new Set<string>();
  for (const glob of globs) for (const path of await matchFiles(glob, root, { links: 'all' })) paths.add(path);
  return paths;
}

function readLeft(leftFile: string): ReadonlyMap<string, string> {
  try {
    return new Map(JSON.parse(readFileSync(leftFile, 'utf8')) as [string, string][]);
  } catch {
    // None has failed, or the power went while it was written.
    return new Map();
  }
}

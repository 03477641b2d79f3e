// Finds what a cached step made, and says what of it can't be kept.
// Not here: keeping it (cached-attempt.ts).

import { lstatSync, readlinkSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { matchFiles } from '../effects/match-files.ts';

/** A file, or a link with its target. */
export interface FoundOutput {
  readonly path: string;
  readonly target: string | null;
}

export type FoundOutputs =
  | { readonly kind: 'found'; readonly outputs: readonly FoundOutput[] }
  | { readonly kind: 'refused'; readonly reason: 'output-missing' | 'output-unfit'; readonly detail: string };

/** Returns what the globs match below a folder. */
export async function findOutputs(globs: readonly string[], root: string): Promise<FoundOutputs> {
  const paths = new Set<string>();
  const missing: string[] = [];
  for (const glob of globs) {
    const matches = await matchFiles(glob, root, { links: 'all' });
    if (matches.length === 0) missing.push(glob);
    for (const path of matches) paths.add(path);
  }
  if (missing.length > 0)
    return {
      kind: 'refused',
      reason: 'output-missing',
      detail: `nothing matches ${missing.map((glob) => `\`${glob}\``).join(', ')}`,
    };
  const outputs: FoundOutput[] = [];
  for (const path of [...paths].sort()) {
    const place = join(root, path);
    const target = lstatSync(place).isSymbolicLink() ? readlinkSync(place) : null;
    if (target !== null && leadsOut(path, target))
      return { kind: 'refused', reason: 'output-unfit', detail: `the link ${path} leads out of the workspace, to ${target}` };
    outputs.push({ path, target });
  }
  return { kind: 'found', outputs };
}

/** By its text alone: in another workspace an absolute path would lead back into this one. */
function leadsOut(path: string, target: string): boolean {
  return isAbsolute(target) || join(dirname(path), target).split('/')[0] === '..';
}

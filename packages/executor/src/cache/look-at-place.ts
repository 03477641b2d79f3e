// Looks at a place of a workspace where a kept file is to be put.
// Not here: what may be replaced there (restore.ts).

import { lstatSync, readlinkSync } from 'node:fs';
import type { BigIntStats } from 'node:fs';
import { join } from 'node:path';
import type { CachedFile } from '@workflow-platform/events';
import type { StepCachePort } from '../ports.ts';

/** What is there. The stamp is another one after any change. */
export type Found =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'content'; readonly text: string; readonly mode: number; readonly stamp: string }
  /** A folder or something special, or something that is no folder stands in the way to it. */
  | { readonly kind: 'obstacle'; readonly what: string };

/** Returns it. No link is followed. */
export async function lookAtPlace(root: string, path: string, store: Pick<StepCachePort, 'look'>): Promise<Found> {
  const blocked = obstacleOnTheWay(root, path);
  if (blocked !== null) return { kind: 'obstacle', what: `${blocked} is no folder` };
  const place = join(root, path);
  const stat = lstatSync(place, { bigint: true, throwIfNoEntry: false });
  if (stat === undefined) return { kind: 'nothing' };
  const stamp = stampOf(stat);
  if (stat.isSymbolicLink()) return { kind: 'content', text: `link ${readlinkSync(place)}`, mode: 0, stamp };
  if (!stat.isFile()) return { kind: 'obstacle', what: `${path} is no file` };
  const { digest, mode } = await store.look(place);
  return { kind: 'content', text: `file ${digest}`, mode, stamp };
}

/** Says whether a place is as it was found. */
export function isUnchanged(root: string, path: string, found: Found): boolean {
  if (obstacleOnTheWay(root, path) !== null) return found.kind === 'obstacle';
  const stat = lstatSync(join(root, path), { bigint: true, throwIfNoEntry: false });
  if (stat === undefined) return found.kind === 'nothing';
  return found.kind === 'content' && found.stamp === stampOf(stat);
}

/** Returns the text that a place with this file in it has. */
export function contentText(file: CachedFile): string {
  return file.kind === 'link' ? `link ${file.target}` : `file ${file.digest}`;
}

function obstacleOnTheWay(root: string, path: string): string | null {
  for (let at = path.indexOf('/'); at > 0; at = path.indexOf('/', at + 1)) {
    const folder = path.slice(0, at);
    const stat = lstatSync(join(root, folder), { throwIfNoEntry: false });
    if (stat === undefined) return null;
    if (!stat.isDirectory()) return folder;
  }
  return null;
}

/** Returns a text that is another one after any change. */
export function stampOf({ dev, ino, size, mode, mtimeNs, ctimeNs }: BigIntStats): string {
  return [dev, ino, size, mode, mtimeNs, ctimeNs].join(' ');
}

// Lists what belongs to a tools bundle, in the order that its hash is defined by: entries as given, below them component by
// component in code point order (which is the order of their UTF-8 bytes).
// Not here: the hash (hash-bundle.ts), the copy (copy-bundle.ts).

import { lstatSync, readdirSync, statSync } from 'node:fs';
import type { Stats } from 'node:fs';

import { bundleUnreadable } from './bundle-errors.ts';

/** What a bundle is made of, in this order. What a source does not have is left out. */
export const BUNDLE_ENTRIES = ['agents.just', 'rules', 'scripts', 'AGENTS.md'] as const;

/** A file or folder of a bundle. Paths are bytes: names need not be text. */
export interface BundleItem {
  readonly kind: 'file' | 'folder';
  /** Relative to the source, with `/`. */
  readonly path: Buffer;
  readonly place: Buffer;
  /** Of what a link leads to. */
  readonly stat: Stats;
  /** False for what is found only behind a link to a folder: copied, but not part of the hash. */
  readonly isHashed: boolean;
}

const SLASH = Buffer.from('/');

/** Lists the bundle in `source`, a folder before what it holds. */
export function* bundleItems(source: string): Generator<BundleItem> {
  if (statSync(source, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw bundleUnreadable(source, 'there is no such folder');
  for (const entry of BUNDLE_ENTRIES) {
    const place = Buffer.from(`${source}/${entry}`);
    if (explained(place, () => lstatSync(place, { throwIfNoEntry: false })) === undefined) continue;
    const item = { path: Buffer.from(entry), place, stat: explained(place, () => statSync(place)) };
    yield* itemsAt({ ...item, isHashed: true }, []);
  }
}

interface Found {
  readonly path: Buffer;
  readonly place: Buffer;
  readonly stat: Stats;
  readonly isHashed: boolean;
}

function* itemsAt(found: Found, above: readonly string[]): Generator<BundleItem> {
  const { path, place, stat, isHashed } = found;
  if (stat.isFile()) yield { kind: 'file', ...found };
  // Pipes, sockets and devices have no content to copy.
  if (!stat.isDirectory()) return;
  const identity = `${stat.dev}:${stat.ino}`;
  if (above.includes(identity)) throw bundleUnreadable(String(place), 'it is a link to a folder that it lies in');
  yield { kind: 'folder', ...found };
  const names = explained(place, () => readdirSync(place, { encoding: 'buffer' })).sort(Buffer.compare);
  for (const name of names) {
    const inner = Buffer.concat([place, SLASH, name]);
    const isLink = explained(inner, () => lstatSync(inner)).isSymbolicLink();
    const innerStat = explained(inner, () => statSync(inner));
    const next = { path: Buffer.concat([path, SLASH, name]), place: inner, stat: innerStat };
    yield* itemsAt({ ...next, isHashed: isHashed && !(isLink && innerStat.isDirectory()) }, [...above, identity]);
  }
}

function explained<T>(place: Buffer, look: () => T): T {
  try {
    return look();
  } catch (cause) {
    throw bundleUnreadable(String(place), cause);
  }
}

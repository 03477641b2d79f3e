// The version of a tools bundle: SHA-256 over path, NUL and content of each of its files.
// Not here: which files those are (bundle-files.ts).

import { closeSync, openSync, readSync } from 'node:fs';
import type { Hash } from 'node:crypto';

import { bundleUnreadable } from './bundle-errors.ts';
import { bundleItems } from './bundle-files.ts';
import type { BundleItem } from './bundle-files.ts';

const PORTION_BYTES = 1 << 16;
const NUL = Buffer.from([0]);

/** Returns the hash of the bundle in `source` as 64 hex digits. */
export function hashBundle(source: string): string {
  const version = new BundleVersion();
  for (const item of bundleItems(source)) {
    if (item.kind === 'file' && item.isHashed) readPortions(item, version.file(item));
  }
  return version.digest();
}

/** A version that is being computed, file after file in their order. */
export class BundleVersion {
  readonly #hash: Hash = process.getBuiltinModule('node:crypto').createHash('sha256');

  /** Begins a file; returns what takes its bytes. A file that does not count changes nothing. */
  file({ path, isHashed }: Pick<BundleItem, 'path' | 'isHashed'>): (bytes: Uint8Array) => void {
    if (!isHashed) return () => {};
    this.#hash.update(path).update(NUL);
    return (bytes) => this.#hash.update(bytes);
  }

  digest(): string {
    return this.#hash.digest('hex');
  }
}

/** Reads a file of a bundle piece by piece. */
export function readPortions({ place }: Pick<BundleItem, 'place'>, take: (bytes: Uint8Array) => void): void {
  const portion = Buffer.allocUnsafe(PORTION_BYTES);
  try {
    const file = openSync(place, 'r');
    try {
      for (let length; (length = readSync(file, portion)) > 0;) take(portion.subarray(0, length));
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    throw bundleUnreadable(String(place), cause);
  }
}

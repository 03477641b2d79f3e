// What git's index says about a checkout without being read: how many files it has.

import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';

import { adminDirOf } from './git-registry.ts';

const HEADER_BYTES = 12;

/** Returns how many files the index of a checkout lists; null when there is none or it is kept in a way that does not tell. */
export function indexedFiles(checkout: string): number | null {
  const header = Buffer.alloc(HEADER_BYTES);
  try {
    const file = openSync(join(adminDirOf(checkout) ?? join(checkout, '.git'), 'index'), 'r');
    try {
      if (readSync(file, header) < HEADER_BYTES || header.toString('latin1', 0, 4) !== 'DIRC') return null;
    } finally {
      closeSync(file);
    }
  } catch {
    return null;
  }
  // A split index keeps most of its entries in another file.
  return header.readUInt32BE(8) || null;
}

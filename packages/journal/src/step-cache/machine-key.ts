// The key of this machine and user: digests of values are made with it, so that nobody without it can try out what a value might
// have been, and entries are sealed with it, so that one that was damaged or made elsewhere is none.

import { closeSync, fsyncSync, linkSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

import { codeOf } from '../sqlite-error.ts';

const KEY_BYTES = 32;

/** Returns the key, which is made where there is none. Of processes that do so at once all get the same. */
export function machineKey(file: string): Buffer {
  const known = read(file);
  if (known?.length === KEY_BYTES) return known;
  // What a power cut left is no key.
  if (known !== null) rmSync(file, { force: true });
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  make(file);
  const made = read(file);
  if (made?.length === KEY_BYTES) return made;
  throw Object.assign(new Error(`the key ${file} went away while it was made`), { code: 'ENOENT' });
}

function make(file: string): void {
  const { randomBytes } = process.getBuiltinModule('node:crypto');
  const fresh = `${file}.${process.pid}-${randomBytes(6).toString('hex')}`;
  try {
    const target = openSync(fresh, 'wx', 0o600);
    try {
      writeSync(target, randomBytes(KEY_BYTES));
      fsyncSync(target);
    } finally {
      closeSync(target);
    }
    // Unlike a rename, a link does not take the place of one that is there.
    linkSync(fresh, file);
  } catch (cause) {
    if (codeOf(cause) !== 'EEXIST') throw cause;
  } finally {
    rmSync(fresh, { force: true });
  }
}

function read(file: string): Buffer | null {
  try {
    return readFileSync(file);
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return null;
    throw cause;
  }
}

// Reads files that a step may have replaced: a pipe in their place would keep us waiting for ever, a device would never end.

import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';

/** Returns the text of a file, or of the one that a link leads to; null for anything else and for what cannot be read. */
export function readRegularFile(path: string, encoding: 'utf8' | 'latin1' = 'utf8'): string | null {
  let file: number | null = null;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    return fstatSync(file).isFile() ? readFileSync(file, encoding) : null;
  } catch {
    return null;
  } finally {
    if (file !== null) closeSync(file);
  }
}

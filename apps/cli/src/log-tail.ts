// Reads the last lines of a log for a glance at it.
// Not here: `workflow logs` (logs/).

import { closeSync, openSync, readSync, statSync } from 'node:fs';

/** Returns up to `lines` last lines of a file, reading only its end. */
export function readTail(path: string, lines: number, bytesMax = 16 * 1024): string[] {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'r');
  } catch {
    return [];
  }
  try {
    const size = statSync(path).size;
    const length = Math.min(size, bytesMax);
    const buffer = Buffer.allocUnsafe(length);
    const count = readSync(descriptor, buffer, 0, length, size - length);
    const all = buffer.toString('utf8', 0, count).split('\n');
    if (all.at(-1) === '') all.pop();
    // Unless the whole file was read, the first line may be half a line.
    if (length < size && all.length > 1) all.shift();
    return all.slice(-lines);
  } finally {
    closeSync(descriptor);
  }
}

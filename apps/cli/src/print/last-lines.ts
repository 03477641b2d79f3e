// How the log of an attempt ends, for a glance at it.
// Not here: whole logs (`workflow logs`).

import { join } from 'node:path';
import { readTail } from '../log-tail.ts';
import { harmless, lastRewrite } from './harmless.ts';

/** Returns up to `most` last lines in which anything is written, of what the attempt wrote to its log or else to its stdout. */
export function lastLines(runFolder: string, attemptNo: number, most: number): string[] {
  for (const name of [`${attemptNo}.log`, `${attemptNo}.stdout`]) {
    const lines = readTail(join(runFolder, name), most * 2).map((line) => harmless(lastRewrite(line)).trimEnd());
    const written = lines.filter((line) => line !== '').slice(-most);
    if (written.length > 0) return written;
  }
  return [];
}

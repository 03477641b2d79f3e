// Finds where lines begin in a file, from an offset backwards, without reading more than it needs.
// Not here: reading forwards (log-file.ts, split-lines.ts).

import type { LogFile } from './log-file.ts';

const BLOCK_BYTES = 64 * 1024;
/** A line is not looked for any further back than this: a file may have none. */
const BYTES_MAX = 16 * 1024 * 1024;
const NEWLINE = 10;

/** Returns where the last `lines` lines before `end` begin, and how many there are. */
export function lastLines(file: LogFile, end: number, lines: number): { readonly offset: number; readonly found: number } {
  if (lines === 0 || end === 0) return { offset: end, found: 0 };
  let found = 0;
  // The newline at the very end ends the last line and begins none.
  for (const newline of newlinesBefore(file, end - 1)) {
    found++;
    if (found === lines || newline === null) return { offset: newline === null ? 0 : newline + 1, found };
  }
  return { offset: wholeCharacterFrom(file, Math.max(0, end - BYTES_MAX)), found: found + 1 };
}

/** Returns where the line begins that the byte at `offset` belongs to. */
export function lineStart(file: LogFile, offset: number): number {
  for (const newline of newlinesBefore(file, offset)) return newline === null ? 0 : newline + 1;
  return wholeCharacterFrom(file, offset);
}

/** Offsets of newlines before `end`, the last first; then null where the file begins. Ends earlier when it has looked far enough. */
function* newlinesBefore(file: LogFile, end: number): Generator<number | null> {
  const block = Buffer.allocUnsafe(BLOCK_BYTES);
  const least = Math.max(0, end - BYTES_MAX);
  for (let to = end; to > least;) {
    const from = Math.max(least, to - BLOCK_BYTES);
    const count = file.readAt(block, to - from, from);
    for (let at = count; at > 0;) {
      at = block.lastIndexOf(NEWLINE, at - 1);
      if (at < 0) break;
      yield from + at;
    }
    to = from;
  }
  if (least === 0) yield null;
}

/** The next offset at which no character is cut in two. */
function wholeCharacterFrom(file: LogFile, offset: number): number {
  const bytes = Buffer.alloc(4);
  const count = file.readAt(bytes, 4, offset);
  let skip = 0;
  while (skip < count && skip < 3 && (bytes[skip]! & 0xc0) === 0x80) skip++;
  return offset + skip;
}

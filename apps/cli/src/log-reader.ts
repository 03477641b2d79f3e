// Reads a log file piece by piece by offset, however large it is and while it grows.
// Not here: which files belong to which step (attempt-files.ts), printing (print/).

import { closeSync, openSync, readSync, statSync } from 'node:fs';

const CHUNK_BYTES = 64 * 1024;

/** Reads what was added to one file since the last call. */
export class LogReader {
  private readonly path: string;
  private readonly buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  private descriptor: number | null = null;
  private offset = 0;

  constructor(path: string) {
    this.path = path;
  }

  /** Returns the next piece, at most 64 KiB, valid until the next call; null when there is nothing new now. */
  read(): Buffer | null {
    if (this.descriptor === null) {
      try {
        this.descriptor = openSync(this.path, 'r');
      } catch {
        // A step that has not written yet has no file.
        return null;
      }
    }
    const count = readSync(this.descriptor, this.buffer, 0, CHUNK_BYTES, this.offset);
    if (count === 0) return null;
    this.offset += count;
    return this.buffer.subarray(0, count);
  }

  close(): void {
    if (this.descriptor !== null) closeSync(this.descriptor);
    this.descriptor = null;
  }
}

/** Splits pieces into lines; keeps what comes after the last newline for the next piece. Very long lines are cut in parts. */
export class LineSplitter {
  private rest: Buffer = Buffer.alloc(0);
  private readonly lineBytesMax: number;

  constructor(lineBytesMax = 256 * 1024) {
    this.lineBytesMax = lineBytesMax;
  }

  /** Returns the lines that are complete now, without their newlines. */
  push(chunk: Uint8Array): string[] {
    const data = this.rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.rest, chunk]);
    const lines: string[] = [];
    let start = 0;
    for (let end = data.indexOf(10); end !== -1; end = data.indexOf(10, start)) {
      lines.push(data.toString('utf8', start, end));
      start = end + 1;
    }
    this.rest = data.subarray(start);
    if (this.rest.length > this.lineBytesMax) lines.push(...this.flush());
    return lines;
  }

  /** Returns what is left: a last line without a newline. */
  flush(): string[] {
    if (this.rest.length === 0) return [];
    const line = this.rest.toString('utf8');
    this.rest = Buffer.alloc(0);
    return [line];
  }
}

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

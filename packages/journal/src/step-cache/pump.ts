// Reads a file from its start to its end, hashes it, and writes it on. In portions, with a pause for others between them: the
// engine that calls has more steps to look after.
// Not here: which files.

import type { Hash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync, writeSync } from 'node:fs';

export interface PumpRequest {
  readonly from: string;
  /** Made, and must not be there yet; null: it is only read. */
  readonly to: string | null;
  /** Of the new file. */
  readonly mode?: number;
  /** Texts that are looked for on the way. */
  readonly wanted?: readonly Buffer[];
}

export interface Pumped {
  readonly digest: string;
  readonly sizeBytes: number;
  /** Permission bits of what was read. */
  readonly mode: number;
  /** One of the texts was found. */
  readonly isFound: boolean;
}

const PORTION_BYTES = 256 * 1024;
const SLICE_MS = 5;

/** One for all: nobody else gets a turn between filling and using it. */
const buffer = Buffer.allocUnsafeSlow(PORTION_BYTES);

let sinceMs = 0;

/** Does it. Throws what the system says; a link or something that is no file is ELOOP or EINVAL. */
export async function pump({ from, to, mode = 0o600, wanted = [] }: PumpRequest): Promise<Pumped> {
  // Others may go on, if nobody had a chance to for some milliseconds.
  if (performance.now() - sinceMs >= SLICE_MS) await breathe();
  // Without O_NONBLOCK a named pipe would keep us waiting for its writer.
  const source = openSync(from, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  let target: number | null = null;
  try {
    const stat = fstatSync(source);
    if (!stat.isFile()) throw Object.assign(new Error(`${from} is no regular file`), { code: 'EINVAL' });
    if (to !== null) target = openSync(to, 'wx', mode);
    const search = new Search(wanted);
    const { createHash, hash: hashOnce } = process.getBuiltinModule('node:crypto');
    let hash: Hash | null = null;
    let sizeBytes = 0;
    for (;;) {
      const portion = fill(source);
      if (target !== null) writeAll(target, portion);
      search.look(portion);
      sizeBytes += portion.length;
      const isLast = portion.length < PORTION_BYTES;
      const told = { sizeBytes, mode: stat.mode & 0o777, isFound: search.isFound };
      // Most files are small, and to be done with at once.
      if (isLast && hash === null) return { digest: hashOnce('sha256', portion, 'hex'), ...told };
      hash ??= createHash('sha256');
      hash.update(portion);
      if (isLast) return { digest: hash.digest('hex'), ...told };
      if (performance.now() - sinceMs >= SLICE_MS) await breathe();
    }
  } finally {
    closeSync(source);
    if (target !== null) closeSync(target);
  }
}

/** Looks for texts in what comes portion by portion. */
class Search {
  readonly #wanted: readonly Buffer[];
  readonly #overlap: number;
  #tail: Buffer = Buffer.alloc(0);
  isFound = false;

  constructor(wanted: readonly Buffer[]) {
    this.#wanted = wanted;
    this.#overlap = Math.max(0, ...wanted.map(({ length }) => length - 1));
  }

  look(portion: Buffer): void {
    if (this.#wanted.length === 0 || this.isFound) return;
    const seen = this.#tail.length === 0 ? portion : Buffer.concat([this.#tail, portion]);
    this.isFound = this.#wanted.some((text) => seen.includes(text));
    this.#tail = Buffer.from(seen.subarray(Math.max(0, seen.length - this.#overlap)));
  }
}

/** Fills the buffer as far as the file goes. */
function fill(source: number): Buffer {
  let length = 0;
  while (length < PORTION_BYTES) {
    const read = readSync(source, buffer, length, PORTION_BYTES - length, null);
    if (read === 0) break;
    length += read;
  }
  return buffer.subarray(0, length);
}

function writeAll(target: number, portion: Uint8Array): void {
  for (let at = 0; at < portion.length;) at += writeSync(target, portion, at, portion.length - at);
}

async function breathe(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  sinceMs = performance.now();
}

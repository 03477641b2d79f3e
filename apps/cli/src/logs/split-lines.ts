// Splits pieces of a log into lines, each with its offset. What comes after the last newline waits for the next piece.
// Not here: how lines are printed (print/log-lines.ts).

import { CHUNK_BYTES } from './log-file.ts';

/** Whole lines with their newlines; or a part of a line that is too long to wait for its end, or has none. */
export interface LineBlock {
  readonly bytes: Buffer;
  /** Of its first byte in the file. */
  readonly offset: number;
  /** It ends with a newline. */
  readonly isWhole: boolean;
}

export interface SplitOptions {
  /** What a line rewrote by carriage returns is dropped when it becomes too long. */
  readonly dropsRewritten: boolean;
  readonly lineBytesMax?: number;
}

export class LineSplitter {
  readonly #options: Required<SplitOptions>;
  /** Of an unfinished line, at `#offset` in the file. */
  #rest: Buffer[] = [];
  #restBytes = 0;
  #offset = 0;

  constructor(options: SplitOptions) {
    this.#options = { lineBytesMax: CHUNK_BYTES, ...options };
  }

  /** Takes a piece that begins at `offset`, and returns what can be printed now, valid until the piece is overwritten. */
  push(chunk: Buffer, offset: number): LineBlock[] {
    const blocks: LineBlock[] = [];
    const end = chunk.lastIndexOf(10) + 1;
    if (end > 0) {
      const bytes = this.#restBytes === 0 ? chunk.subarray(0, end) : Buffer.concat([...this.#rest, chunk.subarray(0, end)]);
      blocks.push({ bytes, offset: offset + end - bytes.length, isWhole: true });
      this.#forget();
    }
    if (end < chunk.length) {
      if (this.#restBytes === 0) this.#offset = offset + end;
      this.#keep(chunk.subarray(end));
      if (this.#restBytes > this.#options.lineBytesMax) blocks.push(...this.#shorten());
    }
    return blocks;
  }

  /** Returns what is left: a last line without a newline. */
  flush(): LineBlock[] {
    if (this.#restBytes === 0) return [];
    const bytes = Buffer.concat(this.#rest);
    this.#forget();
    return [{ bytes, offset: this.#offset, isWhole: false }];
  }

  #keep(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#rest.push(Buffer.from(bytes));
    this.#restBytes += bytes.length;
  }

  #forget(): void {
    this.#rest = [];
    this.#restBytes = 0;
  }

  /** Invariant: what is kept stays below `lineBytesMax` and a piece, however long the line is. */
  #shorten(): LineBlock[] {
    const all = Buffer.concat(this.#rest);
    const rewritten = this.#options.dropsRewritten ? all.lastIndexOf(13, all.length - 2) + 1 : 0;
    const cut = rewritten > 0 ? rewritten : wholeCharacters(all);
    const blocks = rewritten > 0 ? [] : [{ bytes: all.subarray(0, cut), offset: this.#offset, isWhole: false }];
    this.#offset += cut;
    this.#forget();
    this.#keep(all.subarray(cut));
    return blocks;
  }
}

/** Returns how many bytes can be taken so that no UTF-8 character is cut in two. */
function wholeCharacters(bytes: Buffer): number {
  for (let back = 1; back <= 3 && back < bytes.length; back++) {
    const byte = bytes[bytes.length - back]!;
    if (byte < 0x80) break;
    if (byte < 0xc0) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return back < length ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

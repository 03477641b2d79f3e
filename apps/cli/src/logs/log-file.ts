// Reads one file of an attempt's output piece by piece, however large it is and while it grows: only what will stay as it is. An
// engine may cut a log behind its limit, until the attempt is over.
// Not here: which files there are (attempt-output.ts), the notice that stands in a cut log (events, log-files.ts).

import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { cutNotice } from '@workflow-platform/events';

/** The most that one read returns. */
export const CHUNK_BYTES = 256 * 1024;

export class LogFile {
  readonly #path: string;
  readonly #limitBytes: number;
  readonly #notice: Buffer;
  #descriptor: number | null = null;
  #stableBytes = 0;
  #offset = 0;

  constructor(path: string, limitBytes: number) {
    this.#path = path;
    this.#limitBytes = limitBytes;
    this.#notice = Buffer.from(cutNotice(limitBytes));
  }

  /** Where the next read begins. */
  get offset(): number {
    return this.#offset;
  }

  /** Goes on from there. */
  seek(offset: number): void {
    this.#offset = offset;
  }

  /** Returns whether the file is there. A step that has not written yet has none. */
  open(): boolean {
    if (this.#descriptor !== null) return true;
    try {
      this.#descriptor = openSync(this.#path, 'r');
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
      throw error;
    }
  }

  close(): void {
    if (this.#descriptor !== null) closeSync(this.#descriptor);
    this.#descriptor = null;
  }

  /**
   * Reads the next piece into the buffer and returns it; null when nothing more that stays is there now. `isOver`: the end of the attempt was
   * known before this call.
   */
  read(buffer: Buffer, isOver: boolean): Buffer | null {
    if (this.#offset >= this.#stableBytes && this.#offset >= this.stableBytes(isOver)) return null;
    const count = this.readAt(buffer, Math.min(buffer.length, this.#stableBytes - this.#offset), this.#offset);
    if (count === 0) return null;
    this.#offset += count;
    return buffer.subarray(0, count);
  }

  /** Returns how much of the file will stay as it is. */
  stableBytes(isOver: boolean): number {
    if (!this.open()) return 0;
    const { size } = fstatSync(this.#descriptor!);
    this.#stableBytes =
      isOver || size <= this.#limitBytes ? size : this.#limitBytes + (this.#hasNotice() ? this.#notice.length : 0);
    return this.#stableBytes;
  }

  /** Returns how much lies behind that now. */
  unstableBytes(): number {
    return this.open() ? Math.max(0, fstatSync(this.#descriptor!).size - this.stableBytes(false)) : 0;
  }

  /** Reads from anywhere; returns how much came. */
  readAt(buffer: Buffer, length: number, offset: number): number {
    return this.open() ? readSync(this.#descriptor!, buffer, 0, length, offset) : 0;
  }

  #hasNotice(): boolean {
    const there = Buffer.alloc(this.#notice.length);
    return this.readAt(there, there.length, this.#limitBytes) === there.length && there.equals(this.#notice);
  }
}

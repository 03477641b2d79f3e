// Keeps the last output of a program for those who join its terminal late.
// Not here: the state of the terminal (terminal-modes.ts), all of the output (the log of the attempt).

/** Enough for some screens of text. */
const BYTES_MAX = 64 * 1024;

export class RecentOutput {
  #parts: Buffer[] = [];
  #bytes = 0;
  #isCut = false;

  /** Takes more in, and lets go of what is too long ago. */
  push(chunk: Buffer): void {
    if (chunk.length === 0) return;
    this.#parts.push(chunk);
    this.#bytes += chunk.length;
    // Now and then, because joining all for each chunk would cost more than the output itself.
    if (this.#bytes > 2 * BYTES_MAX) this.#trim();
  }

  /** Returns it, from the beginning of a line where there was more. */
  read(): Buffer {
    if (this.#bytes > BYTES_MAX) this.#trim();
    const all = Buffer.concat(this.#parts);
    return this.#isCut ? all.subarray(all.indexOf(0x0a) + 1) : all;
  }

  #trim(): void {
    const kept = Buffer.from(Buffer.concat(this.#parts).subarray(-BYTES_MAX));
    this.#isCut = true;
    this.#parts = [kept];
    this.#bytes = kept.length;
  }
}

// Cuts what an agent prints into lines, within limits: whoever floods must not fill our memory.

import { ActionError } from '@workflow-platform/plugin-sdk';

/** The longest line that is taken: pictures and whole files stand in events. */
export const LINE_BYTES_MAX = 16 * 1024 * 1024;
/** All that is taken of one process. */
export const TOTAL_BYTES_MAX = 512 * 1024 * 1024;
/** What may be no JSON: remarks of the program, not its work. */
export const STRAY_BYTES_MAX = 1024 * 1024;

export class LineSplitter {
  readonly #program: string;
  #parts: Buffer[] = [];
  #partBytes = 0;
  #totalBytes = 0;
  #strayBytes = 0;

  constructor(program: string) {
    this.#program = program;
  }

  /** Returns the lines that are whole now. Throws an ActionError for a flood. */
  push(chunk: Buffer): readonly string[] {
    this.#totalBytes += chunk.length;
    if (this.#totalBytes > TOTAL_BYTES_MAX) throw this.#flood(`more than ${TOTAL_BYTES_MAX} bytes`);
    const lines: string[] = [];
    let from = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, from)) {
      this.#keep(chunk.subarray(from, end));
      lines.push(this.#line());
      from = end + 1;
    }
    this.#keep(chunk.subarray(from));
    return lines;
  }

  /** Returns what stands after the last newline. */
  rest(): string {
    return this.#line();
  }

  /** Counts a line that is no JSON. Throws an ActionError when they become too many. */
  countStray(line: string): void {
    this.#strayBytes += line.length;
    if (this.#strayBytes > STRAY_BYTES_MAX) throw this.#flood(`more than ${STRAY_BYTES_MAX} bytes that are not JSON`);
  }

  #keep(part: Buffer): void {
    if (part.length === 0) return;
    this.#partBytes += part.length;
    if (this.#partBytes > LINE_BYTES_MAX) throw this.#flood(`a line of more than ${LINE_BYTES_MAX} bytes`);
    this.#parts.push(part);
  }

  #line(): string {
    const text = Buffer.concat(this.#parts).toString('utf8');
    this.#parts = [];
    this.#partBytes = 0;
    return text.endsWith('\r') ? text.slice(0, -1) : text;
  }

  #flood(what: string): ActionError {
    return new ActionError(`\`${this.#program}\` floods its stdout: it wrote ${what}`);
  }
}

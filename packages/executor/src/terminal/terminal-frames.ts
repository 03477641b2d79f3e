// What the host of a terminal and those who have joined it say to each other: frames of one letter, a length of four bytes and
// as many bytes.
//
//   to the host     H  JSON { version, columns, rows, readOnly }   first, once
//                   I  what was typed                              S  JSON { columns, rows }: the window has another size
//   from the host   O  what the program wrote                      E  JSON { code, signal }: it has ended; the last frame
//
// Not here: who may say what (terminal-guests.ts), the socket (terminal-socket.ts).

/** The size of a window. */
export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** How somebody joins. */
export interface JoinRequest extends TerminalSize {
  /** Types nothing, and the size of their window does not matter. */
  readonly readOnly: boolean;
}

/** How the program on the terminal ended. */
export interface TerminalEnd {
  /** As a shell tells it: 128 + N after signal N. */
  readonly code: number;
}

export type FrameKind = 'H' | 'I' | 'S' | 'O' | 'E';

export interface Frame {
  readonly kind: string;
  readonly bytes: Buffer;
}

/** Raised when frames mean something else. */
export const TERMINAL_PROTOCOL = 1;

/** Returns the bytes of a frame. */
export function renderFrame(kind: FrameKind, bytes: Uint8Array | string): Buffer {
  const body = Buffer.from(bytes);
  const head = Buffer.alloc(HEAD_BYTES);
  head.write(kind, 0, 'latin1');
  head.writeUInt32BE(body.length, 1);
  return Buffer.concat([head, body]);
}

/** Takes a stream of bytes apart again. */
export class FrameReader {
  #pending: Buffer = Buffer.alloc(0);

  /** Returns the frames that are whole now. Throws for what is none. */
  push(chunk: Uint8Array): readonly Frame[] {
    this.#pending = Buffer.concat([this.#pending, chunk]);
    const frames: Frame[] = [];
    while (this.#pending.length >= HEAD_BYTES) {
      const length = this.#pending.readUInt32BE(1);
      if (length > FRAME_BYTES_MAX) throw new Error(`a frame of ${length} bytes`);
      if (this.#pending.length < HEAD_BYTES + length) break;
      const bytes = this.#pending.subarray(HEAD_BYTES, HEAD_BYTES + length);
      frames.push({ kind: this.#pending.toString('latin1', 0, 1), bytes });
      this.#pending = this.#pending.subarray(HEAD_BYTES + length);
    }
    return frames;
  }
}

/** Returns the size that a frame tells; null for what is none, or could be no window's. */
export function parseSize(value: unknown): TerminalSize | null {
  if (typeof value !== 'object' || value === null) return null;
  const { columns, rows } = value as { readonly [key: string]: unknown };
  if (!isExtent(columns) || !isExtent(rows)) return null;
  return { columns, rows };
}

/** Returns the JSON of a frame; null for what is none. */
export function parseBody(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return null;
  }
}

const HEAD_BYTES = 5;
const FRAME_BYTES_MAX = 1024 * 1024;

function isExtent(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 10_000;
}

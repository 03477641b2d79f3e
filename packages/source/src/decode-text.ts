// Turns bytes into text, or says where they stop being text.

import { UserError } from '@workflow-platform/events';

/** A file that holds no text, with the place of the first byte that is none; lines and columns count from 1. */
export class NotText extends UserError {
  readonly file: string;
  readonly line: number;
  readonly column: number;

  constructor(
    code: string,
    message: string,
    options: { hint: string; file: string; line: number; column: number; cause?: unknown },
  ) {
    super(code, message, { hint: options.hint, exitCode: 2, cause: options.cause });
    this.file = options.file;
    this.line = options.line;
    this.column = options.column;
  }
}

/** Decodes UTF-8 strictly. A byte order mark at the start is dropped. `where` names the file in messages. */
export function decodeText(bytes: Uint8Array, where: string): string {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    throw new NotText('invalid-utf8', `${where} is UTF-16, not UTF-8`, {
      hint: 'save the file as UTF-8',
      file: where,
      line: 1,
      column: 1,
    });
  }
  const zero = bytes.indexOf(0);
  if (zero !== -1) {
    const place = placeOf(bytes, zero);
    throw new NotText('binary-file', `${where} holds binary data: a zero byte at ${place.text}`, {
      hint: 'check that this is the file you meant',
      file: where,
      ...place,
    });
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    const bad = firstBadByte(bytes);
    const value = bytes[bad]!.toString(16).padStart(2, '0');
    const place = placeOf(bytes, bad);
    throw new NotText('invalid-utf8', `${where} is not valid UTF-8: byte 0x${value} at ${place.text}`, {
      hint: 'save the file as UTF-8; an editor shows the encoding it used, often Latin-1 or UTF-16',
      file: where,
      ...place,
      cause,
    });
  }
}

/** Returns the offset of the first byte that no valid UTF-8 text has there, or -1. */
export function firstBadByte(bytes: Uint8Array): number {
  let at = 0;
  while (at < bytes.length) {
    const length = sequenceLength(bytes, at);
    if (length === 0) return at;
    at += length;
  }
  return -1;
}

/** Returns the length of the well-formed sequence that starts there (table 3-7 of the Unicode standard), or 0. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at]!;
  if (first < 0x80) return 1;
  const second = bytes[at + 1] ?? 0;
  if (first >= 0xc2 && first <= 0xdf) return isContinuation(second) ? 2 : 0;
  const third = bytes[at + 2] ?? 0;
  if (first >= 0xe0 && first <= 0xef) {
    const low = first === 0xe0 ? 0xa0 : 0x80;
    const high = first === 0xed ? 0x9f : 0xbf;
    return second >= low && second <= high && isContinuation(third) ? 3 : 0;
  }
  const fourth = bytes[at + 3] ?? 0;
  if (first >= 0xf0 && first <= 0xf4) {
    const low = first === 0xf0 ? 0x90 : 0x80;
    const high = first === 0xf4 ? 0x8f : 0xbf;
    return second >= low && second <= high && isContinuation(third) && isContinuation(fourth) ? 4 : 0;
  }
  return 0;
}

function isContinuation(byte: number): boolean {
  return byte >= 0x80 && byte <= 0xbf;
}

/** Counts lines and characters up to a byte; everything before it is valid. */
function placeOf(bytes: Uint8Array, offset: number): { line: number; column: number; text: string } {
  let line = 1;
  let lineStart = 0;
  for (let at = bytes.indexOf(10); at !== -1 && at < offset; at = bytes.indexOf(10, at + 1)) {
    line += 1;
    lineStart = at + 1;
  }
  let column = 1;
  for (let at = lineStart; at < offset; at += 1) if (!isContinuation(bytes[at]!)) column += 1;
  return { line, column, text: `line ${line}, column ${column} (byte ${offset})` };
}

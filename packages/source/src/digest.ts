// Names content by its hash.

import type { Hash } from 'node:crypto';
import { sha256Small } from './sha256-small.ts';

const SMALL_BYTES = 64 << 10;

/** SHA-256 in lower-case hex. */
export function sha256(content: Uint8Array | string): string {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  if (bytes.length <= SMALL_BYTES) return sha256Small(bytes);
  return process.getBuiltinModule('node:crypto').hash('sha256', bytes, 'hex');
}

/** Begins the SHA-256 of a text that comes in pieces; none may end within a character. */
export function openSha256(): { update(piece: string): void; digest(): string } {
  let small = '';
  let large: Hash | null = null;
  return {
    update(piece) {
      if (large !== null) large.update(piece);
      else if (small.length + piece.length <= SMALL_BYTES) small += piece;
      else large = process.getBuiltinModule('node:crypto').createHash('sha256').update(small).update(piece);
    },
    digest: () => large?.digest('hex') ?? sha256(small),
  };
}

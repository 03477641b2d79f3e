// Names content by its hash.

import { sha256Small } from './sha256-small.ts';

const SMALL_BYTES = 64 << 10;

/** SHA-256 in lower-case hex. */
export function sha256(content: Uint8Array | string): string {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  if (bytes.length <= SMALL_BYTES) return sha256Small(bytes);
  return process.getBuiltinModule('node:crypto').hash('sha256', bytes, 'hex');
}

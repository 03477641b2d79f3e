// Ids of runs: 16 characters of lower-case Crockford base32, 10 of time and 6 of chance, so that they sort by time.
// Not here: finding a run by the beginning of its id (history.ts).

import { assert } from '@workflow-platform/events';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const TIME_LENGTH = 10;
const CHANCE_LENGTH = 6;

/** How many random bytes a run id takes. */
export const RUN_ID_RANDOM_BYTES = 4;

/** Makes a run id from the time and at least four random bytes. */
export function newRunId(nowMs: number, randomBytes: Uint8Array): string {
  assert(randomBytes.length >= RUN_ID_RANDOM_BYTES, 'a run id takes four random bytes');
  assert(Number.isSafeInteger(nowMs) && nowMs >= 0, 'a run id takes whole milliseconds since the epoch');
  const [a = 0, b = 0, c = 0, d = 0] = randomBytes;
  return base32(nowMs, TIME_LENGTH) + base32(a * 2 ** 24 + b * 2 ** 16 + c * 2 ** 8 + d, CHANCE_LENGTH);
}

/** Says whether a text is a whole run id. */
export function isRunId(text: string): boolean {
  return /^[0-9a-hjkmnp-tv-z]{16}$/.test(text);
}

/** Returns when a run id was made, in milliseconds since the epoch. */
export function runIdTimeMs(runId: string): number {
  let timeMs = 0;
  for (const letter of runId.slice(0, TIME_LENGTH)) timeMs = timeMs * 32 + ALPHABET.indexOf(letter);
  return timeMs;
}

function base32(value: number, length: number): string {
  let text = '';
  let rest = value;
  for (let i = 0; i < length; i++) {
    text = ALPHABET.charAt(rest % 32) + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}

// Reads what `--since` was given: a time, or how long ago.
// Not here: which output that is (log-times.ts).

import { parseDuration } from '@workflow-platform/core';
import { UserError } from '@workflow-platform/events';
import { exitCodes } from '../exit-codes.ts';

const RFC_3339 = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$/;

/** Returns the time in milliseconds since the epoch. */
export function parseSince(text: string, nowMs: number): number {
  const durationMs = parseDuration(text);
  if (durationMs !== null) return nowMs - durationMs;
  const timeMs = RFC_3339.test(text) ? Date.parse(text.replace(' ', 'T').toUpperCase()) : NaN;
  if (!Number.isNaN(timeMs)) return timeMs;
  throw new UserError('wrong-usage', `\`${text}\` is neither a time nor a duration`, {
    hint: 'write how long ago (--since 10m), or a time as RFC 3339 has it (--since 2026-01-31T14:00:00Z)',
    exitCode: exitCodes.usage,
  });
}

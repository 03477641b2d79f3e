// Was an attempt turned away because a quota is used up? By its exit code, or by what stands at the end of its output.
// Not here: the word of an action (read-result.ts), what follows from it (scheduler).

import { compilePattern } from '@workflow-platform/core';
import type { PlanQuota } from '@workflow-platform/core';
import type { Failure } from '@workflow-platform/events';
import { parseResetTime } from './reset-time.ts';

/** Returns the failure that it really is, or null. `endOfOutput` is read only when it matters; it was written by `saidAtMs`. */
export function quotaFailure(
  failure: Failure,
  quota: PlanQuota,
  endOfOutput: () => readonly string[],
  saidAtMs: number,
): Extract<Failure, { readonly kind: 'quota' }> | null {
  // What never ran, or of whose end nobody knows, was not turned away.
  if (failure.kind !== 'exit' && failure.kind !== 'signal' && failure.kind !== 'output') return null;
  const byCode = failure.kind === 'exit' && quota.onExit.includes(failure.code);
  const match = quota.pattern === null ? null : lastMatch(quota.pattern, endOfOutput());
  if (!byCode && match === null) return null;
  const resetAtMs = match === null || match.named === null ? null : parseResetTime(match.named, saidAtMs);
  return { kind: 'quota', token: quota.token, resetAtMs, message: match === null ? null : shorten(match.whole) };
}

function lastMatch(source: string, texts: readonly string[]): { readonly whole: string; readonly named: string | null } | null {
  const compiled = compilePattern(source);
  if (!compiled.ok) return null;
  for (const text of texts) {
    const match = compiled.pattern.lastMatch(text, 'reset');
    if (match !== null) return match;
  }
  return null;
}

function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > MESSAGE_MAX ? `${line.slice(0, MESSAGE_MAX - 1)}…` : line;
}

const MESSAGE_MAX = 160;

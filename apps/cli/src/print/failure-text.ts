// Why something failed, was skipped or has to stop, in a few words.

import type { Failure, InputChange, Json, RerunReason, SkipReason, StopReason } from '@workflow-platform/events';
import { unreachable } from '@workflow-platform/events';
import { formatClock, formatCount, formatDuration, formatLimit } from './format.ts';
import { harmless } from './harmless.ts';

/** `exit code 1`, `timed out after 10m` … */
export function failureText(failure: Failure): string {
  switch (failure.kind) {
    case 'exit':
      return `exit code ${failure.code}${failure.hint === undefined ? '' : ` (${harmless(failure.hint)})`}`;
    case 'signal':
      return `ended by ${harmless(failure.signal)}`;
    case 'timeout':
      return `timed out after ${formatLimit(failure.limitMs)}`;
    case 'idle-timeout':
      return `wrote nothing for ${formatLimit(failure.limitMs)}`;
    case 'quota':
      return quotaFailureText(failure);
    case 'spawn':
      return `could not be started: ${harmless(failure.message)}`;
    case 'lost':
      return `lost: ${harmless(failure.message)}`;
    case 'output':
      return `wrong outputs: ${harmless(failure.message)}`;
    case 'expression':
      return `\`${harmless(failure.source)}\`: ${harmless(failure.message)}`;
    case 'children':
      return `${formatCount(failure.failed.length, 'step')} inside failed: ${list(failure.failed)}`;
    case 'iterations':
      return `not done after ${formatCount(failure.max, 'turn')}`;
    case 'no-progress':
      return `no progress in ${formatCount(failure.turns, 'turn')}: still ${harmless(failure.value)}`;
    case 'rejected':
      return `rejected by ${harmless(failure.by)}${failure.message === '' ? '' : `: ${harmless(failure.message)}`}`;
    case 'unanswered':
      return `nobody answered within ${formatLimit(failure.limitMs)}`;
    default:
      return unreachable(failure);
  }
}

/** `its condition was false`, `build failed` … */
export function skipText(reason: SkipReason): string {
  switch (reason.kind) {
    case 'condition':
      return `not ${harmless(reason.source)}`;
    case 'upstream':
      return `needs ${harmless(reason.step)}, which did not succeed`;
    case 'fail-fast':
      return `${harmless(reason.step)} failed first`;
    case 'cancelled':
      return 'the run was cancelled';
    case 'break':
      return `${harmless(reason.step)} ended the turn`;
    case 'no-items':
      return 'there are no items';
    case 'start-at':
      return `the run starts at ${harmless(reason.step)}`;
    case 'person':
      return `left out by ${harmless(reason.by)}${reason.message === '' ? '' : `: ${harmless(reason.message)}`}`;
    default:
      return unreachable(reason);
  }
}

/** `steps.build.outputs.version was 1.2.0, is 1.3.0` … */
export function rerunText(reason: RerunReason): string {
  if (reason.kind === 'inputs') return reason.changes.map(changeText).join('; ');
  switch (reason.obstacle) {
    case 'workspace':
      return 'it looks into the workspace';
    case 'status':
      return 'its condition asks how other steps ended';
    case 'mixed':
      return 'it went on while something that it reads was done again';
    case 'action':
      return 'what it does depends on more than the values that it reads';
    default:
      return unreachable(reason.obstacle);
  }
}

/** One value then and now, in one line. */
export function changeText({ name, before, after }: InputChange): string {
  return `${harmless(name)} was ${shownValue(before)}, is ${shownValue(after)}`;
}

/** A value as it would stand in a file. */
export function shownValue(value: Json): string {
  if (value === null) return 'nothing';
  const text = JSON.stringify(value);
  return harmless(text.length > VALUE_LENGTH_MAX ? `${text.slice(0, VALUE_LENGTH_MAX)}…` : text);
}

const VALUE_LENGTH_MAX = 60;

/** Why a running attempt is being ended. */
export function stopText(reason: StopReason): string {
  switch (reason.kind) {
    case 'cancel':
      return 'the run is cancelled';
    case 'timeout':
      return `${formatLimit(reason.limitMs)} are over`;
    case 'idle-timeout':
      return `it wrote nothing for ${formatLimit(reason.limitMs)}`;
    case 'fail-fast':
      return `${harmless(reason.step)} failed`;
    default:
      return unreachable(reason);
  }
}

/** `waits for quota of claude until 15:04, in 2h 03m`. */
export function quotaText({ token, untilMs }: { readonly token: string; readonly untilMs: number }, nowMs: number): string {
  const of = `waits for quota of ${harmless(token)}`;
  if (untilMs <= nowMs) return `${of}: another step tries first`;
  return `${of} until ${formatClock(untilMs, nowMs)}, in ${formatDuration(untilMs - nowMs)}`;
}

function quotaFailureText({ token, resetAtMs, message, limitMs }: Extract<Failure, { readonly kind: 'quota' }>): string {
  const until = resetAtMs === null ? '' : ` until ${formatClock(resetAtMs)}`;
  const limit = limitMs === undefined ? '' : `, longer than its \`max_wait\` of ${formatLimit(limitMs)} allows`;
  const why = message === null ? '' : ` (${harmless(message)})`;
  return `there is no quota of ${harmless(token)}${until}${limit}${why}`;
}

function list(names: readonly string[]): string {
  const shown = names.slice(0, 3).map(harmless).join(', ');
  return names.length > 3 ? `${shown} and ${names.length - 3} more` : shown;
}

// Why something failed, was skipped or has to stop, in a few words.

import type { Failure, SkipReason, StopReason } from '@workflow-platform/events';
import { unreachable } from '@workflow-platform/events';
import { formatCount, formatLimit } from './format.ts';
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
    case 'rejected':
      return `refused by ${harmless(failure.by)}${failure.message === '' ? '' : `: ${harmless(failure.message)}`}`;
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
    default:
      return unreachable(reason);
  }
}

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

function list(names: readonly string[]): string {
  const shown = names.slice(0, 3).map(harmless).join(', ');
  return names.length > 3 ? `${shown} and ${names.length - 3} more` : shown;
}

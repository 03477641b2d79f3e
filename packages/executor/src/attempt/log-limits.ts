// Settles how long logs may get, for each attempt once and for all: whoever follows a log has to know beforehand up to where it stays.
// Not here: the lines (events, log-files.ts), cutting (output-limit.ts).

import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { logBytesMaxDefault, logLimitOf, logLimitsFile, renderLogLimit, UserError } from '@workflow-platform/events';

/** Writes down what this engine was asked to allow the logs of the attempts it begins. Returns what an attempt is allowed, those of earlier engines too. */
export function limitLogs(
  runFolder: string,
  { fromAttemptNo, asked = logBytesMaxDefault }: { readonly fromAttemptNo: number; readonly asked: number | undefined },
): (attemptNo: number) => number {
  const path = join(runFolder, logLimitsFile);
  let text = readText(path);
  if (logLimitOf(text, fromAttemptNo) !== asked) {
    const line = renderLogLimit(fromAttemptNo, asked);
    // A line that a full disk cut short must neither swallow this one nor count.
    const written = text === '' || text.endsWith('\n') ? line : `#\n${line}`;
    append(path, written);
    text += written;
  }
  return (attemptNo) => logLimitOf(text, attemptNo);
}

function append(path: string, text: string): void {
  try {
    appendFileSync(path, text, { mode: 0o600 });
  } catch (cause) {
    throw new UserError('run-folder', `cannot write ${path}: ${(cause as Error).message}`, {
      hint: 'make room there and make it writable for you, or choose another place with XDG_STATE_HOME',
      cause,
    });
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

// How somebody joins the terminal of a step, in words to copy.

import { harmless } from './harmless.ts';

/** Returns the command line. */
export function attachHint(runId: string, step: string): string {
  // Items and turns have brackets in their names, which shells take for patterns.
  const word = /^[\w.-]+$/.test(step) ? step : `'${harmless(step).replaceAll("'", "'\\''")}'`;
  return `workflow attach ${runId} ${word}`;
}

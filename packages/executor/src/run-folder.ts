// The folder that holds the files of a run: logs, captured stdout, outputs.
// Not here: which files (attempt/attempt-files.ts).

import { mkdirSync } from 'node:fs';
import { UserError } from '@workflow-platform/events';

/** Makes the folder unless it is there; only the user can look into it. */
export function makeRunFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new UserError('run-folder', `cannot make the folder ${path} for the files of the run: ${(cause as Error).message}`, {
      hint: 'make room there and make it writable for you, or choose another place with XDG_STATE_HOME',
      cause,
    });
  }
}

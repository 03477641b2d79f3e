// Makes a folder with those above it, one at a time: on file systems that make nothing (such as /proc) Node's recursive mkdir
// never comes back.

import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { UserError } from '@workflow-platform/events';

/** Makes the state folder, private to the user, or says why it cannot be made. */
export function makeStateFolder(folder: string): void {
  const missing: string[] = [];
  for (let at = folder; !existsSync(at) && dirname(at) !== at; at = dirname(at)) missing.push(at);
  try {
    for (const path of missing.reverse()) {
      try {
        mkdirSync(path, { mode: 0o700 });
      } catch (error) {
        // Another run may have made it meanwhile.
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
    }
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (cause) {
    const what = existsSync(folder) ? 'write to' : 'make';
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UserError('state-folder', `cannot ${what} the state folder ${folder}: ${reason}`, {
      hint: 'choose a place you may write to with XDG_STATE_HOME',
      cause,
    });
  }
}

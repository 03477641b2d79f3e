// Removes the folder of a run, while others may be taking the lock in it to do the same.

import { rmSync } from 'node:fs';

/** Removes it with all that is in it; fine when it is gone. A file that somebody puts there meanwhile goes, too. */
export function removeRunFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 1 });
}

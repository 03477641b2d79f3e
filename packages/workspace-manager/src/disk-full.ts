// A disk without room, as programs and the system tell it.

import { statfsSync } from 'node:fs';

import { UserError } from '@workflow-platform/events';

/** Returns the error for a workspace that found no room. */
export function diskFull(place: string, cause?: unknown): UserError {
  return new UserError('disk-full', `no room left on the disk for a workspace in ${place}`, {
    hint: 'free some space, or set AI_WORKSPACES_ROOT to a larger disk; the unfinished workspace was taken back',
    cause,
  });
}

/** Returns how much room there is at `place`. */
export function freeBytes(place: string): number {
  try {
    const { bavail, bsize } = statfsSync(place);
    return bavail * bsize;
  } catch {
    return Infinity;
  }
}

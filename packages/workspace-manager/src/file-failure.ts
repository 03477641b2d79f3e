// Turns what the file system refuses under the workspaces' root into words for people.

import { accessSync, constants, existsSync } from 'node:fs';
import { dirname } from 'node:path';

import { UserError } from '@workflow-platform/events';

import { diskFull } from './disk-full.ts';

/** Returns the UserError for a failed file operation, or the failure itself when it is none. */
export function explainFileFailure(cause: unknown, root: string): unknown {
  // Where not even a lock can be had, the root is what matters to people.
  if (cause instanceof UserError && cause.code === 'lock-not-accessible') {
    const explained = explainFileFailure(cause.cause, root);
    return explained instanceof UserError ? explained : cause;
  }
  if (cause instanceof UserError || !(cause instanceof Error) || !('code' in cause) || !('syscall' in cause)) return cause;
  switch (cause.code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return diskFull(root, cause);
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
    case 'ENOTDIR':
    case 'EEXIST':
    case 'ENOENT':
      return new UserError('workspaces-root-not-writable', `cannot keep workspaces in ${root}: ${reasonOf(cause, root)}`, {
        hint: 'make the folder writable for you, or choose another with AI_WORKSPACES_ROOT',
        cause,
      });
    default:
      return cause;
  }
}

/** Making a folder with those above it says ENOENT on file systems that are read-only: the folder that is there says more. */
function reasonOf(cause: Error, root: string): string {
  let there = root;
  while (!existsSync(there) && dirname(there) !== there) there = dirname(there);
  try {
    accessSync(there, constants.W_OK);
  } catch (refusal) {
    return refusal instanceof Error ? refusal.message : cause.message;
  }
  return cause.message;
}

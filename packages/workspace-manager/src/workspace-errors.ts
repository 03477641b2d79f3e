// What people hear when a workspace cannot be had or removed.

import { UserError } from '@workflow-platform/events';

/** Returns the error for a workspace that another run, or another process of the same run, uses. */
export function busyWorkspace(id: string, holder: string): UserError {
  return new UserError('workspace-busy', `workspace \`${id}\` is in use by ${holder}`, {
    hint: 'wait for that run to end, cancel it, or choose another workspace id',
  });
}

/** Returns the error for a workspace whose making was called off. */
export function cancelledWorkspace(id: string): UserError {
  return new UserError('workspace-cancelled', `the making of workspace \`${id}\` was cancelled; what was begun is taken back`);
}

/** Returns the error for a folder in a workspace's place that is not ours. */
export function foreignFolder(path: string, why = 'was not made by workflow'): UserError {
  return new UserError('workspace-foreign', `${path} ${why}; it is neither used nor removed`, {
    hint: 'look at it and move it away, or choose another workspace id',
  });
}

/** Returns the error for an id that the disk does not tell from another one's. */
export function sameFolder(path: string, other: string): UserError {
  return foreignFolder(path, `is the same folder as workspace \`${other}\` on this disk`);
}

const AS_BEFORE = 'set AI_WORKSPACES_ROOT as it was when the workspace was made';

/** Returns the error for a workspace under another root than this process uses. */
export function workspaceElsewhere(id: string, path: string, expected: string, hint = AS_BEFORE): UserError {
  return new UserError(
    'workspace-elsewhere',
    `workspace \`${id}\` at ${path} is not where workspaces are kept now (${expected})`,
    { hint },
  );
}

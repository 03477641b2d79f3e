// What people hear when a workspace cannot be had or removed.

import { UserError } from '@workflow-platform/events';

/** Returns the error for a workspace that another run, or another process of the same run, uses. */
export function busyWorkspace(id: string, holder: string): UserError {
  return new UserError('workspace-busy', `workspace \`${id}\` is in use by ${holder}`, {
    hint: 'wait for that run to end, cancel it, or choose another workspace id',
  });
}

/** Returns the error for a folder in a workspace's place that is not ours. */
export function foreignFolder(path: string, why = 'was not made by workflow'): UserError {
  return new UserError('workspace-foreign', `${path} ${why}; it is neither used nor removed`, {
    hint: 'look at it and move it away, or choose another workspace id',
  });
}

/** Returns the error for a workspace under another root than this process uses. */
export function workspaceElsewhere(id: string, path: string, expected: string): UserError {
  return new UserError(
    'workspace-elsewhere',
    `workspace \`${id}\` at ${path} is not where workspaces are kept now (${expected})`,
    {
      hint: 'set AI_WORKSPACES_ROOT as it was when the workspace was made',
    },
  );
}

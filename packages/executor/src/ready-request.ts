// How the workspaces of a run are to be made ready: as the plan says, with a log among the files of the run.

import type { Plan } from '@workflow-platform/core';
import type { WorkspaceRequest } from './ports.ts';

/** Returns the request. `logFile` takes what the set-up writes. */
export function readyRequest({ workspace }: Plan, logFile: string): WorkspaceRequest['ready'] {
  const { setup, setupKey, direnv } = workspace;
  return { setup: setup === null ? null : { ...setup, logFile }, setupKey, direnv };
}

/** For a workspace in which nothing is to be started: nothing is done to it. */
export const asItIs: WorkspaceRequest['ready'] = { setup: null, setupKey: [], direnv: 'off' };

// The subcommands of `workflow workspace`, in the order that help lists them.

import { buildRouteMap } from '@stricli/core';
import { workspaceCleanCommand } from './clean.ts';
import { workspaceListCommand } from './list.ts';
import { workspaceRunCommand } from './run.ts';
import { workspaceShellCommand } from './shell.ts';
import { workspaceShowCommand } from './show.ts';
import { workspaceStatusCommand } from './status.ts';
import { workspaceSyncToolsCommand } from './sync-tools.ts';

/** By name. */
export const workspaceCommands = {
  list: workspaceListCommand,
  show: workspaceShowCommand,
  run: workspaceRunCommand,
  shell: workspaceShellCommand,
  clean: workspaceCleanCommand,
  syncTools: workspaceSyncToolsCommand,
  status: workspaceStatusCommand,
};

export const workspaceRoutes = buildRouteMap({
  routes: workspaceCommands,
  docs: { brief: 'Make workspaces for agents, work in them, list and remove workspaces' },
});

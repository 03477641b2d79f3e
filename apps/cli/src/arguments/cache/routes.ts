// The subcommands of `workflow cache`, in the order that help lists them.

import { buildRouteMap } from '@stricli/core';
import { cacheClearCommand } from './clear.ts';
import { cacheExplainCommand } from './explain.ts';
import { cacheListCommand } from './list.ts';

/** By name. */
export const cacheCommands = { list: cacheListCommand, explain: cacheExplainCommand, clear: cacheClearCommand };

export const cacheRoutes = buildRouteMap({
  routes: cacheCommands,
  docs: { brief: 'See what is kept of cached steps, why a step ran, and remove it' },
});

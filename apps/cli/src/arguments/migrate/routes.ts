// The subcommands of `workflow migrate`.

import { buildRouteMap } from '@stricli/core';
import { migrateJustCommand } from './just.ts';

/** By name. */
export const migrateCommands = { just: migrateJustCommand };

export const migrateRoutes = buildRouteMap({
  routes: migrateCommands,
  docs: { brief: 'Make workflows of what another tool runs' },
});

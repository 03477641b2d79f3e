// All that can be pruned, in the order in which it is.

import { bundlesTarget } from './bundles-target.ts';
import { cacheTarget } from './cache-target.ts';
import { stateTarget } from './state-target.ts';
import type { PruneTarget } from './target.ts';
import { workspacesTarget } from './workspaces-target.ts';

export const targets: readonly PruneTarget[] = [stateTarget, bundlesTarget, workspacesTarget, cacheTarget];

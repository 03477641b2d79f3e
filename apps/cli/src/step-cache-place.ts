// Where kept results of steps are for this user.

import { statePaths, stepCacheFolder, type StepCachePlace } from '@workflow-platform/journal';
import type { CliContext } from './context.ts';

/** Returns the place; nothing is made. */
export function stepCachePlace({ env }: Pick<CliContext, 'env'>): StepCachePlace {
  return { folder: stepCacheFolder(env), keyFile: statePaths(env).stepCacheKeyFile };
}

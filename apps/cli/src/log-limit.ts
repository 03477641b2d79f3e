// How long the log of a step may get.
// Not here: what happens to one that is longer (executor).

import { parseSize } from '@workflow-platform/core';
import { UserError } from '@workflow-platform/events';
import { exitCodes } from './exit-codes.ts';

const NAME = 'WORKFLOW_LOG_MAX';

/** Returns the bytes that the environment allows a log, or undefined when it says nothing. */
export function logLimit(env: { readonly [name: string]: string | undefined }): number | undefined {
  const text = env[NAME];
  if (text === undefined || text === '') return undefined;
  const bytes = parseSize(text);
  if (bytes !== null) return bytes;
  throw new UserError('wrong-usage', `${NAME} is \`${text}\`, which is no size`, {
    hint: `write a whole number with a unit, such as ${NAME}=500MB`,
    exitCode: exitCodes.usage,
  });
}

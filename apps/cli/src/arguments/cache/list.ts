// Arguments of `workflow cache list`.

import { buildCommand } from '@stricli/core';
import type { CliContext } from '../../context.ts';
import { json, lazily, withExamples } from '../common-flags.ts';

export interface CacheListFlags {
  readonly json: boolean;
}

export const cacheListCommand = buildCommand<CacheListFlags, [], CliContext>({
  loader: lazily(async () => (await import('../../subcommands/cache/list.ts')).listCache),
  parameters: { flags: { json: json('Print the list as JSON') }, positional: { kind: 'tuple', parameters: [] } },
  docs: {
    brief: 'List the results that are kept of cached steps',
    fullDescription: withExamples('Lists the kept results on this machine, the one used last first.', [
      ['workflow cache list', 'step, size, age and last use of each'],
    ]),
  },
});

// Arguments of `workflow self-test`.

import { buildCommand } from '@stricli/core';
import type { CliContext } from '../context.ts';
import { json, lazily, withExamples } from './common-flags.ts';

export interface SelfTestFlags {
  readonly json: boolean;
}

export const selfTestCommand = buildCommand<SelfTestFlags, [], CliContext>({
  loader: lazily(async () => (await import('../subcommands/self-test.ts')).selfTest),
  parameters: { flags: { json: json('Print the checks as JSON') } },
  docs: {
    brief: 'Check that everything needed works on this machine',
    fullDescription: withExamples(
      'Checks the programs and folders that runs need, and makes one small run in a temporary folder.',
      [['workflow self-test', 'exits with 1 when something is missing']],
    ),
  },
});

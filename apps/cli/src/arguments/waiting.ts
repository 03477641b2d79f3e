// Arguments of `workflow waiting`.

import { buildCommand } from '@stricli/core';
import type { CliContext } from '../context.ts';
import { json, lazily, withExamples } from './common-flags.ts';

export interface WaitingFlags {
  readonly json: boolean;
}

export const waitingCommand = buildCommand<WaitingFlags, [], CliContext>({
  loader: lazily(async () => (await import('../subcommands/waiting.ts')).waiting),
  parameters: { flags: { json: json('Print the answer as JSON') } },
  docs: {
    brief: 'List what waits for an answer, over all runs',
    fullDescription: withExamples('Shows what is asked, since when, until when, and how to answer. Reads only.', [
      ['workflow waiting', 'everything that waits'],
      ['workflow waiting --json', 'for a program'],
    ]),
  },
});

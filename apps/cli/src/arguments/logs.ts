// Arguments of `workflow logs`.

import { buildCommand } from '@stricli/core';
import type { CliContext } from '../context.ts';
import { count, json, lazily, runArgument, withExamples, word } from './common-flags.ts';

export interface LogsFlags {
  readonly attempt?: number;
  readonly follow: boolean;
  readonly json: boolean;
}

export const logsCommand = buildCommand<LogsFlags, [string, string?], CliContext>({
  loader: lazily(async () => (await import('../subcommands/logs.ts')).logs),
  parameters: {
    flags: {
      attempt: {
        kind: 'parsed',
        parse: count(1),
        optional: true,
        brief: 'This attempt of the step; default: the last',
        placeholder: 'N',
      },
      follow: { kind: 'boolean', brief: 'Go on printing until the run ends', default: false },
      json: json('Print one line a JSON object: { step, attempt, line }'),
    },
    aliases: { f: 'follow' },
    positional: {
      kind: 'tuple',
      parameters: [runArgument, { parse: word, optional: true, brief: 'Step; default: all of them', placeholder: 'STEP' }],
    },
  },
  docs: {
    brief: 'Print what the steps of a run wrote',
    fullDescription: withExamples(
      'Prints the logs of a run: of one step as it wrote them, of all steps each line with the step in front.',
      [
        ['workflow logs @', 'all steps of the latest run'],
        ['workflow logs @ build', 'one step'],
        ['workflow logs @ test --attempt 1', 'an earlier attempt'],
        ['workflow logs @ --follow', 'as they are written'],
      ],
    ),
  },
});

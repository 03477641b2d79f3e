// Arguments of `workflow diff`.

import { buildCommand } from '@stricli/core';
import type { CliContext } from '../context.ts';
import { json, lazily, runArgument, withExamples, word } from './common-flags.ts';

export interface DiffFlags {
  readonly stat: boolean;
  readonly json: boolean;
}

export const diffCommand = buildCommand<DiffFlags, [string, string?], CliContext>({
  loader: lazily(async () => (await import('../subcommands/diff.ts')).diff),
  parameters: {
    flags: {
      stat: { kind: 'boolean', brief: 'Print how much changed in each file', default: false },
      json: json('Print the changed files as JSON: [{ path, status }]'),
    },
    positional: {
      kind: 'tuple',
      parameters: [runArgument, { parse: word, optional: true, brief: 'Step; default: the whole run', placeholder: 'STEP' }],
    },
  },
  docs: {
    brief: 'Show what a run changed',
    fullDescription: withExamples(
      'Shows the difference between what a run started from and what is in its workspace, or was when it went.',
      [
        ['workflow diff @', 'as a patch'],
        ['workflow diff @ --stat', 'in short'],
        ['workflow diff @ fix', 'one step: with `snapshot = "step"` in [workspace], or provider `jj`'],
      ],
    ),
  },
});

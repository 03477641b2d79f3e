// Arguments of `workflow status`.

import { buildCommand } from '@stricli/core';
import type { CliContext } from '../context.ts';
import { count, json, lazily, runArgument, withExamples, word } from './common-flags.ts';

export interface StatusFlags {
  readonly json: boolean;
  readonly workflow?: string;
  readonly limit: number;
}

export const statusCommand = buildCommand<StatusFlags, [string?], CliContext>({
  loader: lazily(async () => (await import('../subcommands/status.ts')).status),
  parameters: {
    flags: {
      json: json('Print the answer as JSON'),
      workflow: { kind: 'parsed', parse: word, optional: true, brief: 'Only runs of this workflow', placeholder: 'ID' },
      limit: { kind: 'parsed', parse: count(1), default: '20', brief: 'How many runs to list', placeholder: 'N' },
    },
    positional: { kind: 'tuple', parameters: [{ ...runArgument, optional: true }] },
  },
  docs: {
    brief: 'List runs, or show the steps of one',
    fullDescription: withExamples('Reads the history; works while a run goes on in another terminal, too.', [
      ['workflow status', 'the latest runs'],
      ['workflow status @', 'the steps of the latest run'],
      ['workflow status 01kd --json', 'one run, for a program'],
    ]),
  },
});

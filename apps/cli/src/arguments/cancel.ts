// Arguments of `workflow cancel`.

import { buildCommand } from '@stricli/core';
import type { CliContext } from '../context.ts';
import { noWaitForAnswer } from './answer-flags.ts';
import { json, lazily, overrideFlags, runArgument, withExamples, word } from './common-flags.ts';

export interface CancelFlags {
  readonly reason?: string;
  readonly now: boolean;
  readonly param?: readonly string[];
  readonly noWait: boolean;
  readonly json: boolean;
}

export const cancelCommand = buildCommand<CancelFlags, [string], CliContext>({
  loader: lazily(async () => (await import('../subcommands/cancel.ts')).cancel),
  parameters: {
    flags: {
      reason: { kind: 'parsed', parse: word, optional: true, brief: 'Why, for the history', placeholder: 'TEXT' },
      now: { kind: 'boolean', brief: 'Kill what runs, and leave out steps that clear up', default: false },
      param: { ...overrideFlags.param, brief: 'Where no engine is left: give a secret parameter its value again: KEY=VALUE' },
      noWait: noWaitForAnswer,
      json: json('Print what happened as JSON'),
    },
    positional: { kind: 'tuple', parameters: [runArgument] },
  },
  docs: {
    brief: 'End a run early, from any terminal',
    fullDescription: withExamples(
      'The same as Ctrl-C in the terminal of the run. Where no engine is left, this command takes the run up itself, ends what still runs and lets steps clear up.',
      [
        ['workflow cancel @', 'the latest run'],
        ['workflow cancel 01kd --reason "wrong branch"', 'with a reason'],
        ['workflow cancel 01kd --now', 'as a second Ctrl-C'],
      ],
    ),
  },
});

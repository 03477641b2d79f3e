// Arguments of `workflow reject`.

import { buildCommand } from '@stricli/core';
import type { CliContext } from '../context.ts';
import { noWaitForAnswer, stepOfRun } from './answer-flags.ts';
import { json, lazily, withExamples, word } from './common-flags.ts';

export interface RejectFlags {
  readonly message: string;
  readonly noWait: boolean;
  readonly json: boolean;
}

export const rejectCommand = buildCommand<RejectFlags, [string, string?], CliContext>({
  loader: lazily(async () => (await import('../subcommands/reject.ts')).reject),
  parameters: {
    flags: {
      message: { kind: 'parsed', parse: word, brief: 'Why, and what is to be done', placeholder: 'TEXT' },
      noWait: noWaitForAnswer,
      json: json('Print what happened as JSON'),
    },
    positional: stepOfRun,
  },
  docs: {
    brief: 'Reject a step that waits for a person',
    fullDescription: withExamples(
      'The step fails, and `steps.STEP.outputs.message` has what was said, for steps that react to the failure.',
      [['workflow reject @ --message "the tests are missing"', 'the one step of the latest run that waits']],
    ),
  },
});

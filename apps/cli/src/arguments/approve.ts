// Arguments of `workflow approve`, and of `workflow answer`, which has the same.

import { buildCommand } from '@stricli/core';
import type { CliContext } from '../context.ts';
import { fieldFlags, noWaitForAnswer, stepOfRun } from './answer-flags.ts';
import { json, lazily, withExamples, word } from './common-flags.ts';

export interface ApproveFlags {
  readonly field?: readonly string[];
  readonly fieldsFile?: string;
  readonly message?: string;
  readonly noWait: boolean;
  readonly json: boolean;
}

const parameters = {
  flags: {
    ...fieldFlags,
    message: { kind: 'parsed', parse: word, optional: true, brief: 'What to say along with it', placeholder: 'TEXT' },
    noWait: noWaitForAnswer,
    json: json('Print what happened as JSON'),
  },
  positional: stepOfRun,
} as const;

export const approveCommand = buildCommand<ApproveFlags, [string, string?], CliContext>({
  loader: lazily(async () => (await import('../subcommands/approve.ts')).approve),
  parameters,
  docs: {
    brief: 'Approve a step that waits for a person',
    fullDescription: withExamples(
      'Works whether an engine drives the run or not. Where none does, the answer is recorded, and `workflow resume` goes on with it.',
      [
        ['workflow approve @', 'the one step of the latest run that waits'],
        ['workflow approve 01kd ship --message "looks good"', 'this step of this run'],
      ],
    ),
  },
});

export const answerCommand = buildCommand<ApproveFlags, [string, string?], CliContext>({
  loader: lazily(async () => (await import('../subcommands/approve.ts')).answer),
  parameters,
  docs: {
    brief: 'Answer a step that waits for a person',
    fullDescription: withExamples(
      'The fields become outputs of the step. At a terminal it asks for them, unless some are given.',
      [
        ['workflow answer @', 'asks for everything here'],
        ['workflow answer @ --field place=test --field note="after lunch"', 'typed'],
        ['workflow answer 01kd form --fields-file answer.json', 'from a file'],
      ],
    ),
  },
});

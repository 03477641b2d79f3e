// Arguments of `workflow apply`.

import { buildCommand } from '@stricli/core';
import type { CliContext } from '../context.ts';
import { json, lazily, runArgument, withExamples, word } from './common-flags.ts';

export interface ApplyFlags {
  readonly branch?: string;
  readonly dryRun: boolean;
  readonly json: boolean;
}

export const applyCommand = buildCommand<ApplyFlags, [string], CliContext>({
  loader: lazily(async () => (await import('../subcommands/apply.ts')).apply),
  parameters: {
    flags: {
      branch: {
        kind: 'parsed',
        parse: word,
        optional: true,
        brief: 'Make this branch (or bookmark) of it instead, and leave the working copy alone',
        placeholder: 'NAME',
      },
      dryRun: { kind: 'boolean', brief: 'Only say whether it would go', default: false },
      json: json('Print what became of it as JSON'),
    },
    positional: { kind: 'tuple', parameters: [runArgument] },
  },
  docs: {
    brief: 'Bring what a run changed into your working copy',
    fullDescription: withExamples(
      'Merges what a run changed into your working copy, uncommitted, with whatever you are at. All of it or nothing: where both changed the same place, the files are named and nothing is touched.',
      [
        ['workflow apply @', 'into the working copy'],
        ['workflow apply @ --dry-run', 'would it go?'],
        ['workflow apply @ --branch review-me', 'as a branch, for a pull request'],
      ],
    ),
  },
});

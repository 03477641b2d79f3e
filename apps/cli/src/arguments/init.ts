// Arguments of `workflow init`.

import { buildCommand } from '@stricli/core';
import type { CliContext } from '../context.ts';
import { lazily, withExamples, word } from './common-flags.ts';

/** The templates, in the order they are offered. */
export const templateNames = ['minimal', 'agent-review', 'ci'] as const;

export interface InitFlags {
  readonly template: (typeof templateNames)[number];
}

export const initCommand = buildCommand<InitFlags, [string?], CliContext>({
  loader: lazily(async () => (await import('../subcommands/init.ts')).init),
  parameters: {
    flags: { template: { kind: 'enum', values: templateNames, default: 'minimal', brief: 'What to start from' } },
    aliases: { t: 'template' },
    positional: {
      kind: 'tuple',
      parameters: [{ parse: word, optional: true, brief: 'File to write; default: workflow.toml', placeholder: 'FILE' }],
    },
  },
  docs: {
    brief: 'Write a first workflow.toml',
    fullDescription: withExamples('Writes a workflow to start from and says what to do next. Never overwrites a file.', [
      ['workflow init', 'the smallest useful workflow'],
      ['workflow init --template ci', 'build, lint and tests in parallel'],
      ['workflow init --template agent-review workflows/review.toml', 'a coding agent reviews a change'],
    ]),
  },
});

// Arguments of `workflow attach`.

import { buildCommand } from '@stricli/core';
import type { CliContext } from '../context.ts';
import { lazily, runArgument, withExamples, word } from './common-flags.ts';

export interface AttachFlags {
  readonly detachKeys?: string;
  readonly readOnly: boolean;
}

export const attachCommand = buildCommand<AttachFlags, [string, string?], CliContext>({
  loader: lazily(async () => (await import('../subcommands/attach.ts')).attach),
  parameters: {
    flags: {
      detachKeys: {
        kind: 'parsed',
        parse: word,
        optional: true,
        brief: 'Leave with these keys instead of ctrl-\\, such as ctrl-p,ctrl-q',
        placeholder: 'KEYS',
      },
      readOnly: { kind: 'boolean', brief: 'Only watch: what is typed goes nowhere', default: false, withNegated: false },
    },
    positional: {
      kind: 'tuple',
      parameters: [
        runArgument,
        { parse: word, optional: true, brief: 'Interactive step; default: the only one that runs', placeholder: 'STEP' },
      ],
    },
  },
  docs: {
    brief: 'Join the terminal of an interactive step',
    fullDescription: withExamples(
      'Joins the terminal of a step with `interactive = true`, from any terminal, and leaves it with Ctrl-\\; the step goes on. Several may join. Exits as the program does when that ends meanwhile.',
      [
        ['workflow attach @', 'the interactive step of the latest run'],
        ['workflow attach @ pair', 'a certain one'],
        ['workflow attach @ pair --read-only', 'only watch'],
        ['workflow attach @ --detach-keys ctrl-p,ctrl-q', 'leave with other keys'],
      ],
    ),
  },
});

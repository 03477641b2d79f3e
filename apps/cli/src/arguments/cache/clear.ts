// Arguments of `workflow cache clear`.

import { buildCommand } from '@stricli/core';
import type { CliContext } from '../../context.ts';
import { lazily, withExamples, word } from '../common-flags.ts';

export const cacheClearCommand = buildCommand<object, [string?], CliContext>({
  loader: lazily(async () => (await import('../../subcommands/cache/clear.ts')).clearCache),
  parameters: {
    flags: {},
    positional: {
      kind: 'tuple',
      parameters: [
        {
          parse: word,
          optional: true,
          brief: 'Of these steps alone: `STEP` or `WORKFLOW/STEP`, where `*` stands for anything; default: all',
          placeholder: 'STEP',
        },
      ],
    },
  },
  docs: {
    brief: 'Remove kept results of cached steps',
    fullDescription: withExamples('Removes kept results. Steps that would have taken them run again; nothing else is touched.', [
      ['workflow cache clear', 'all of them'],
      ['workflow cache clear build', 'of steps called `build`, whatever their workflow'],
      ["workflow cache clear 'ci/*'", 'of one workflow'],
    ]),
  },
});

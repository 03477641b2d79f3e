// Arguments of `workflow cache explain`.

import { buildCommand } from '@stricli/core';
import type { CliContext } from '../../context.ts';
import { json, lazily, runArgument, withExamples, word } from '../common-flags.ts';

export interface CacheExplainFlags {
  readonly against?: string;
  readonly json: boolean;
}

export const cacheExplainCommand = buildCommand<CacheExplainFlags, [string, string], CliContext>({
  loader: lazily(async () => (await import('../../subcommands/cache/explain.ts')).explainCache),
  parameters: {
    flags: {
      against: {
        kind: 'parsed',
        parse: word,
        optional: true,
        brief: 'Compare with the same step of this run; default: with the newest kept result before it',
        placeholder: 'RUN',
      },
      json: json('Print what was found as JSON'),
    },
    positional: {
      kind: 'tuple',
      parameters: [runArgument, { parse: word, brief: 'The cached step', placeholder: 'STEP' }],
    },
  },
  docs: {
    brief: 'Tell why a cached step ran or did not, and what was other than before',
    fullDescription: withExamples(
      'Tells what the cache had for the last attempt of a step, and which of all the result depends on was other than the time before.',
      [
        ['workflow cache explain @ build', 'the latest run, against the newest result before it'],
        ['workflow cache explain @ build --against 01kd', 'against another run'],
      ],
    ),
  },
});

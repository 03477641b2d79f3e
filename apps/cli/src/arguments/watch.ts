// Arguments of `workflow watch`.

import { buildCommand } from '@stricli/core';
import type { CliContext } from '../context.ts';
import { lazily, runArgument, withExamples } from './common-flags.ts';

export const watchCommand = buildCommand<Record<never, never>, [string?], CliContext>({
  loader: lazily(async () => (await import('../subcommands/watch.ts')).watch),
  parameters: { positional: { kind: 'tuple', parameters: [{ ...runArgument, optional: true }] } },
  docs: {
    brief: 'Watch a run from another terminal until it ends',
    fullDescription: withExamples(
      'Shows the progress of a run that goes on elsewhere. Ctrl-C ends the watching, not the run. Exits as the run does.',
      [['workflow watch', 'the latest run']],
    ),
  },
});

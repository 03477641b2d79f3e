// Arguments of `workflow workspace clean`.

import { buildCommand } from '@stricli/core';
import type { CliContext } from '../../context.ts';
import { lazily, withExamples } from '../common-flags.ts';
import { idArgument } from './id.ts';

export const workspaceCleanCommand = buildCommand<Record<never, never>, [string], CliContext>({
  loader: lazily(async () => (await import('../../subcommands/workspace/clean.ts')).cleanSubcommand),
  parameters: { positional: { kind: 'tuple', parameters: [idArgument] } },
  docs: {
    brief: 'Remove a workspace; what was changed in it stays in its change',
    fullDescription: withExamples(
      'Records the edits in a workspace, has Jujutsu forget it and removes its folder. Safe to repeat.',
      [['workflow workspace clean wf-12', 'its change stays when there is something in it']],
    ),
  },
});

// Arguments of `workflow workspace sync-tools`.

import { buildCommand } from '@stricli/core';
import type { CliContext } from '../../context.ts';
import { lazily, withExamples } from '../common-flags.ts';
import { idArgument } from './id.ts';

export const workspaceSyncToolsCommand = buildCommand<Record<never, never>, [string], CliContext>({
  loader: lazily(async () => (await import('../../subcommands/workspace/sync-tools.ts')).syncToolsSubcommand),
  parameters: { positional: { kind: 'tuple', parameters: [idArgument] } },
  docs: {
    brief: 'Copy the tools into a workspace again',
    fullDescription: withExamples(
      'Copies agents.just, rules, scripts and AGENTS.md of the repository, or of $AGENT_TOOLS_SOURCE, into a workspace again.',
      [['workflow workspace sync-tools wf-12', 'also when they did not change']],
    ),
  },
});

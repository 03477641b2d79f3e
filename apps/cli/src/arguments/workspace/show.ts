// Arguments of `workflow workspace show`.

import { buildCommand } from '@stricli/core';
import type { CliContext } from '../../context.ts';
import { json, lazily, withExamples } from '../common-flags.ts';
import { idArgument } from './id.ts';

export interface WorkspaceShowFlags {
  readonly json: boolean;
}

export const workspaceShowCommand = buildCommand<WorkspaceShowFlags, [string], CliContext>({
  loader: lazily(async () => (await import('../../subcommands/workspace/show.ts')).showSubcommand),
  parameters: { flags: { json: json('Print it as JSON') }, positional: { kind: 'tuple', parameters: [idArgument] } },
  docs: {
    brief: 'Show where a workspace is, what made it and why, and what ran in it',
    fullDescription: withExamples('Shows what is known of a workspace.', [['workflow workspace show wf-12', 'one workspace']]),
  },
});

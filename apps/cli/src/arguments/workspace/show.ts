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
  parameters: { flags: { json: json('Print the metadata as JSON') }, positional: { kind: 'tuple', parameters: [idArgument] } },
  docs: {
    brief: 'Show where a workspace is and what ran in it',
    fullDescription: withExamples('Shows the metadata of a workspace.', [['workflow workspace show wf-12', 'one workspace']]),
  },
});

// Arguments of `workflow workspace list`.

import { buildCommand } from '@stricli/core';
import type { CliContext } from '../../context.ts';
import { json, lazily, withExamples } from '../common-flags.ts';

export interface WorkspaceListFlags {
  readonly json: boolean;
}

export const workspaceListCommand = buildCommand<WorkspaceListFlags, [], CliContext>({
  loader: lazily(async () => (await import('../../subcommands/workspace/list.ts')).listSubcommand),
  parameters: { flags: { json: json('Print the list as JSON') } },
  docs: {
    brief: 'List the workspaces of this repository',
    fullDescription: withExamples(
      'Lists the workspaces of this repository that a command was run in, also from inside one of them.',
      [
        ['workflow workspace list', 'id, status, workflow'],
        ['workflow workspace list --json', 'for a program'],
      ],
    ),
  },
});

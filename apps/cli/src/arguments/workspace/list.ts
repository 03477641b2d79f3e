// Arguments of `workflow workspace list`.

import { buildCommand } from '@stricli/core';
import type { CliContext } from '../../context.ts';
import { json, lazily, withExamples } from '../common-flags.ts';

export interface WorkspaceListFlags {
  readonly json: boolean;
  readonly all: boolean;
  readonly fast: boolean;
}

export const workspaceListCommand = buildCommand<WorkspaceListFlags, [], CliContext>({
  loader: lazily(async () => (await import('../../subcommands/workspace/list.ts')).listSubcommand),
  parameters: {
    flags: {
      json: json('Print the list as JSON'),
      all: {
        kind: 'boolean',
        brief: 'Also those that are gone, and folders that are not ours',
        default: false,
      },
      fast: { kind: 'boolean', brief: 'Leave out sizes and changes, which take a look into every workspace', default: false },
    },
  },
  docs: {
    brief: 'List the workspaces of this repository',
    fullDescription: withExamples(
      'Lists the workspaces of this repository, of runs and of commands, also from inside one of them.',
      [
        ['workflow workspace list', 'id, status, whose, age, size, changes'],
        ['workflow workspace list --json', 'for a program'],
      ],
    ),
  },
});

// Arguments of `workflow workspace status`.

import { buildCommand } from '@stricli/core';
import type { CliContext } from '../../context.ts';
import { json, lazily, withExamples } from '../common-flags.ts';
import { idArgument } from './id.ts';

export interface WorkspaceStatusFlags {
  readonly json: boolean;
}

export const workspaceStatusCommand = buildCommand<WorkspaceStatusFlags, [string?], CliContext>({
  loader: lazily(async () => (await import('../../subcommands/workspace/status.ts')).statusSubcommand),
  parameters: {
    flags: { json: json('Print the answer as JSON') },
    positional: { kind: 'tuple', parameters: [{ ...idArgument, optional: true }] },
  },
  docs: {
    brief: 'List workspaces, or show one: the same as list and show',
    fullDescription: withExamples('Lists the workspaces of this repository, or shows one.', [
      ['workflow workspace status', 'as list'],
      ['workflow workspace status wf-12', 'as show'],
    ]),
  },
});

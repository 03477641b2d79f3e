// Arguments of `workflow workspace shell`.

import { buildCommand } from '@stricli/core';
import type { CliContext } from '../../context.ts';
import { lazily, withExamples } from '../common-flags.ts';
import { idArgument, noDirenv } from './id.ts';

export interface WorkspaceShellFlags {
  readonly noDirenv: boolean;
}

export const workspaceShellCommand = buildCommand<WorkspaceShellFlags, [string], CliContext>({
  loader: lazily(async () => (await import('../../subcommands/workspace/shell.ts')).shellSubcommand),
  parameters: { flags: { noDirenv }, positional: { kind: 'tuple', parameters: [idArgument] } },
  docs: {
    brief: 'Open a shell in a workspace',
    fullDescription: withExamples('Opens your shell in a workspace, with the environment that a command gets there.', [
      ['workflow workspace shell wf-12', 'exits as the shell does'],
    ]),
  },
});

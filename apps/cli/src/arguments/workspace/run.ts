// Arguments of `workflow workspace run`.

import { buildCommand } from '@stricli/core';
import type { CliContext } from '../../context.ts';
import { lazily, withExamples, word } from '../common-flags.ts';
import { noDirenv } from './id.ts';

export interface WorkspaceRunFlags {
  readonly workspaceId: string;
  readonly workflow?: string;
  readonly baseChange?: string;
  readonly cleanup: boolean;
  readonly noDirenv: boolean;
}

export const workspaceRunCommand = buildCommand<WorkspaceRunFlags, string[], CliContext>({
  loader: lazily(async () => (await import('../../subcommands/workspace/run.ts')).runSubcommand),
  parameters: {
    flags: {
      workspaceId: { kind: 'parsed', parse: word, brief: 'Make the workspace of this name, or take it again', placeholder: 'ID' },
      workflow: { kind: 'parsed', parse: word, optional: true, brief: 'Note that this workflow runs there', placeholder: 'NAME' },
      baseChange: {
        kind: 'parsed',
        parse: word,
        optional: true,
        brief: 'Put a new workspace on this change',
        placeholder: 'REV',
      },
      cleanup: { kind: 'boolean', brief: 'Remove the workspace when the command succeeded', default: false },
      noDirenv,
    },
    positional: {
      kind: 'array',
      parameter: { parse: word, brief: 'After --: the command with its arguments', placeholder: 'COMMAND' },
    },
  },
  docs: {
    brief: 'Run a command in a workspace of its own',
    fullDescription: withExamples(
      'Makes a workspace beside the working copy, or takes it again, and runs a command there. Exits as the command does.',
      [
        ['workflow workspace run --workspace-id wf-12 -- codex exec', 'a new workspace, or the one of that name'],
        ['workflow workspace run --workspace-id wf-12 --base-change kxyz -- make test', 'a new one sits on that change'],
        ['workflow workspace run --workspace-id try --cleanup -- ./check.sh', 'removed when it succeeded'],
      ],
    ),
  },
});

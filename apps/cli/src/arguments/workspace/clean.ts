// Arguments of `workflow workspace clean`.

import { buildCommand } from '@stricli/core';
import type { CliContext } from '../../context.ts';
import { json, lazily, withExamples, word } from '../common-flags.ts';
import { idArgument } from './id.ts';

export interface WorkspaceCleanFlags {
  readonly allDone: boolean;
  readonly olderThan?: string;
  readonly discard: boolean;
  readonly dryRun: boolean;
  readonly json: boolean;
}

export const workspaceCleanCommand = buildCommand<WorkspaceCleanFlags, string[], CliContext>({
  loader: lazily(async () => (await import('../../subcommands/workspace/clean.ts')).cleanSubcommand),
  parameters: {
    flags: {
      allDone: { kind: 'boolean', brief: 'Those whose run or command ended well, or whose work was applied', default: false },
      olderThan: {
        kind: 'parsed',
        parse: word,
        optional: true,
        brief: 'Those that nobody has used for so long, such as 7d',
        placeholder: 'DURATION',
      },
      discard: { kind: 'boolean', brief: 'Throw away what was changed there, too', default: false },
      dryRun: { kind: 'boolean', brief: 'Only say what would be removed', default: false },
      json: json('With --dry-run: print it as JSON'),
    },
    positional: { kind: 'array', parameter: idArgument },
  },
  docs: {
    brief: 'Remove workspaces; what was changed in them is kept',
    fullDescription: withExamples(
      'Removes workspaces. What was changed in one is kept as a Jujutsu change, a git reference or a folder, unless --discard says otherwise. Safe to repeat.',
      [
        ['workflow workspace clean wf-12', 'one'],
        ['workflow workspace clean wf-12 --discard', 'with what was changed in it'],
        ['workflow workspace clean --all-done --dry-run', 'see what would go'],
        ['workflow workspace clean --all-done --older-than 7d', 'what both hold for'],
      ],
    ),
  },
});

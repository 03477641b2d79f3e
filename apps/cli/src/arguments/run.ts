// Arguments of `workflow run`.

import { buildCommand } from '@stricli/core';
import type { CliContext } from '../context.ts';
import { json, lazily, overrideFlags, type OverrideFlags, withExamples, word, workflowArgument } from './common-flags.ts';

export interface RunFlags extends OverrideFlags {
  readonly workspaceId?: string;
  readonly inPlace: boolean;
  readonly keep: boolean;
  readonly cleanup: boolean;
  readonly json: boolean;
}

export const runCommand = buildCommand<RunFlags, [string?], CliContext>({
  loader: lazily(async () => (await import('../subcommands/run.ts')).run),
  parameters: {
    flags: {
      ...overrideFlags,
      workspaceId: {
        kind: 'parsed',
        parse: word,
        optional: true,
        brief: 'Make the workspace of this name, or take it again',
        placeholder: 'ID',
      },
      inPlace: { kind: 'boolean', brief: 'Work in this folder itself instead of a workspace of its own', default: false },
      keep: { kind: 'boolean', brief: 'Keep the workspace afterwards', default: false },
      cleanup: { kind: 'boolean', brief: 'Remove the workspace afterwards', default: false },
      json: json('Print one event a line as JSON'),
    },
    positional: { kind: 'tuple', parameters: [workflowArgument] },
  },
  docs: {
    brief: 'Run a workflow in a workspace of its own',
    fullDescription: withExamples(
      'Runs a workflow and shows its progress. Ctrl-C stops it gracefully; `workflow resume` goes on later.',
      [
        ['workflow run', 'the workflow.toml here'],
        ['workflow run review --param change=@-', 'a workflow by its id, with a parameter'],
        ['workflow run ./ci.toml --in-place --parallel 4', 'in this folder, four steps at once'],
        ['workflow run https://example.org/ci.toml#sha256=…', 'a file from the network, pinned'],
      ],
    ),
  },
});

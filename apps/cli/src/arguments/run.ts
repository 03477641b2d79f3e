// Arguments of `workflow run`.

import { buildCommand } from '@stricli/core';
import type { CliContext } from '../context.ts';
import {
  type BreakFlags,
  breakFlags,
  json,
  lazily,
  noInteractive,
  noWait,
  overrideFlags,
  type OverrideFlags,
  withExamples,
  word,
  workflowArgument,
} from './common-flags.ts';

export interface RunFlags extends OverrideFlags, BreakFlags {
  readonly workspaceId?: string;
  readonly inPlace: boolean;
  readonly keep: boolean;
  readonly cleanup: boolean;
  readonly noCache: boolean;
  readonly noWait: boolean;
  readonly startAt?: string;
  readonly dryRun: boolean;
  readonly stubs?: string;
  readonly stubsInit: boolean;
  readonly golden?: string;
  readonly updateGolden: boolean;
  readonly noInteractive: boolean;
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
      noCache: { kind: 'boolean', brief: 'Carry cached steps out, and keep what they make', default: false, withNegated: false },
      noWait,
      startAt: {
        kind: 'parsed',
        parse: word,
        optional: true,
        brief: 'Start at this step: all that it needs counts as done',
        placeholder: 'STEP',
      },
      dryRun: { kind: 'boolean', brief: 'Show what would be done, and do nothing', default: false, withNegated: false },
      stubs: {
        kind: 'parsed',
        parse: word,
        optional: true,
        brief: 'With --dry-run: walk the whole workflow with what this TOML file says that steps give',
        placeholder: 'FILE',
      },
      stubsInit: {
        kind: 'boolean',
        brief: 'With --dry-run: write a first stubs file, to stdout or to --stubs FILE',
        default: false,
        withNegated: false,
      },
      golden: {
        kind: 'parsed',
        parse: word,
        optional: true,
        brief: 'With --stubs: compare the trace with this file',
        placeholder: 'FILE',
      },
      updateGolden: { kind: 'boolean', brief: 'Write the trace to --golden FILE', default: false, withNegated: false },
      noInteractive,
      ...breakFlags,
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
        ['workflow run --dry-run --stubs stubs.toml', 'walk through it without running anything'],
        ['workflow run work --start-at turns.review', 'skip what that step needs, in a loop for the first turn'],
        ['workflow run --break-before deploy', 'stop there for a look; also --break-on-failure'],
        ['workflow run https://example.org/ci.toml#sha256=…', 'a file from the network, pinned'],
      ],
    ),
  },
});

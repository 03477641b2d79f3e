// Arguments of `workflow plan`.

import { buildCommand } from '@stricli/core';
import type { CliContext } from '../context.ts';
import { json, lazily, overrideFlags, type OverrideFlags, withExamples, workflowArgument } from './common-flags.ts';

export interface PlanFlags extends OverrideFlags {
  readonly json: boolean;
}

export const planCommand = buildCommand<PlanFlags, [string?], CliContext>({
  loader: lazily(async () => (await import('../subcommands/plan.ts')).plan),
  parameters: {
    flags: { ...overrideFlags, json: json('Print the compiled plan as JSON') },
    positional: { kind: 'tuple', parameters: [workflowArgument] },
  },
  docs: {
    brief: 'Show what a run would do, without running it',
    fullDescription: withExamples(
      'Compiles a workflow and shows its steps in the order they can start, and where values were overridden.',
      [
        ['workflow plan ci', 'levels, needs and conditions'],
        ['workflow plan ci --param depth=deep --json', 'the plan as data, same bytes for the same input'],
      ],
    ),
  },
});

// Arguments of `workflow resume`.

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
  runArgument,
  withExamples,
} from './common-flags.ts';

export interface ResumeFlags extends BreakFlags {
  readonly param?: readonly string[];
  readonly noCache: boolean;
  readonly noWait: boolean;
  readonly noInteractive: boolean;
  readonly json: boolean;
}

export const resumeCommand = buildCommand<ResumeFlags, [string], CliContext>({
  loader: lazily(async () => (await import('../subcommands/resume.ts')).resume),
  parameters: {
    flags: {
      param: { ...overrideFlags.param, brief: 'Give a secret parameter its value again: KEY=VALUE' },
      noCache: { kind: 'boolean', brief: 'Carry cached steps out, and keep what they make', default: false, withNegated: false },
      noWait,
      noInteractive,
      ...breakFlags,
      json: json('Print one event a line as JSON'),
    },
    positional: { kind: 'tuple', parameters: [runArgument] },
  },
  docs: {
    brief: 'Go on with a run that was interrupted, cancelled or failed, or waits',
    fullDescription: withExamples(
      'Takes a run up again with the plan it started with. Steps that succeeded are not done twice.',
      [
        ['workflow resume @', 'the latest run'],
        ['workflow resume 01kd', 'the run whose id starts so'],
      ],
    ),
  },
});

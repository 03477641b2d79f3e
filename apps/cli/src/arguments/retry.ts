// Arguments of `workflow retry`.

import { buildCommand } from '@stricli/core';
import type { CliContext } from '../context.ts';
import { type BreakFlags, breakFlags, json, lazily, overrideFlags, runArgument, withExamples, word } from './common-flags.ts';

export interface RetryFlags extends BreakFlags {
  readonly failed: boolean;
  readonly from?: string;
  readonly step?: string;
  readonly downstream: boolean;
  readonly noCache: boolean;
  readonly param?: readonly string[];
  readonly json: boolean;
}

const step = (brief: string) => ({ kind: 'parsed', parse: word, optional: true, brief, placeholder: 'STEP' }) as const;

export const retryCommand = buildCommand<RetryFlags, [string], CliContext>({
  loader: lazily(async () => (await import('../subcommands/retry.ts')).retry),
  parameters: {
    flags: {
      failed: { kind: 'boolean', brief: 'What did not succeed; the default', default: false },
      from: step('This step and everything after it, and whatever did not succeed'),
      step: step('This step, and what comes after it if what it reads has changed'),
      downstream: { kind: 'boolean', brief: 'With --step: everything after it in any case, as --from', default: false },
      param: { ...overrideFlags.param, brief: 'Give a secret parameter its value again: KEY=VALUE' },
      noCache: { kind: 'boolean', brief: 'Carry cached steps out, and keep what they make', default: false, withNegated: false },
      ...breakFlags,
      json: json('Print one event a line as JSON'),
    },
    positional: { kind: 'tuple', parameters: [runArgument] },
  },
  docs: {
    brief: 'Carry steps of a run that is over out again',
    fullDescription: withExamples(
      'Goes on in the same run, with the plan it started with. What is not asked for, and what reads the same values as before, keeps its results. `workflow explain RUN STEP` says afterwards why a step ran again or did not.',
      [
        ['workflow retry @', 'what did not succeed in the latest run'],
        ['workflow retry @ --from build', 'a step and everything after it'],
        ['workflow retry @ --step build', 'a step, and what reads other values then'],
        ["workflow retry @ --step 'lint[a.ts]'", 'one item of a list'],
      ],
    ),
  },
});

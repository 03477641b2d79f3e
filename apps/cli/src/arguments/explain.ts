// Arguments of `workflow explain`.

import { buildCommand } from '@stricli/core';
import type { CliContext } from '../context.ts';
import { json, lazily, withExamples, word } from './common-flags.ts';

export interface ExplainFlags {
  readonly json: boolean;
}

export const explainCommand = buildCommand<ExplainFlags, [string?, string?], CliContext>({
  loader: lazily(async () => (await import('../subcommands/explain.ts')).explain),
  parameters: {
    flags: { json: json('Print what is explained as JSON') },
    positional: {
      kind: 'tuple',
      parameters: [
        {
          parse: word,
          optional: true,
          brief: 'A run, a diagnostic code, or a key of the file format',
          placeholder: 'RUN|CODE|KEY',
        },
        { parse: word, optional: true, brief: 'A step of the run; default: all of them, a line each', placeholder: 'STEP' },
      ],
    },
  },
  docs: {
    brief: 'Explain a step of a run, a diagnostic code or a key of the file',
    fullDescription: withExamples(
      'Prints why a step ran, ran again, was skipped, failed or waits; what a diagnostic means and how to fix it; or what a key of workflow.toml does. What is `@` or begins with a digit is a run: no code and no key does.',
      [
        ['workflow explain @ build', 'a step of the latest run'],
        ['workflow explain @', 'each of its steps in a line'],
        ['workflow explain needs-unknown', 'a diagnostic'],
        ['workflow explain steps.retry', 'a key'],
        ['workflow explain', 'a list of both'],
      ],
    ),
  },
});

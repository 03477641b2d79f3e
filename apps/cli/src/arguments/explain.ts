// Arguments of `workflow explain`.

import { buildCommand } from '@stricli/core';
import type { CliContext } from '../context.ts';
import { lazily, withExamples, word } from './common-flags.ts';

export const explainCommand = buildCommand<Record<never, never>, [string?], CliContext>({
  loader: lazily(async () => (await import('../subcommands/explain.ts')).explain),
  parameters: {
    positional: {
      kind: 'tuple',
      parameters: [{ parse: word, optional: true, brief: 'Diagnostic code, or key of the file format', placeholder: 'CODE|KEY' }],
    },
  },
  docs: {
    brief: 'Explain a diagnostic code or a key of the file',
    fullDescription: withExamples('Prints what a diagnostic means and how to fix it, or what a key of workflow.toml does.', [
      ['workflow explain needs-unknown', 'a diagnostic'],
      ['workflow explain steps.retry', 'a key'],
      ['workflow explain', 'a list of both'],
    ]),
  },
});

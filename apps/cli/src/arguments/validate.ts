// Arguments of `workflow validate`.

import { buildCommand } from '@stricli/core';
import type { CliContext } from '../context.ts';
import { json, lazily, withExamples, word } from './common-flags.ts';

export interface ValidateFlags {
  readonly json: boolean;
  readonly sarif: boolean;
}

export const validateCommand = buildCommand<ValidateFlags, string[], CliContext>({
  loader: lazily(async () => (await import('../subcommands/validate.ts')).validate),
  parameters: {
    flags: {
      json: json('Print the diagnostics as a JSON array'),
      sarif: { kind: 'boolean', brief: 'Print the diagnostics as SARIF 2.1.0', default: false },
    },
    positional: {
      kind: 'array',
      parameter: { parse: word, brief: 'Files, ids or URLs; default: all workflows here', placeholder: 'FILE' },
    },
  },
  docs: {
    brief: 'Check workflow files, all mistakes at once',
    fullDescription: withExamples('Checks workflow files without running anything. Exits with 2 when a file has errors.', [
      ['workflow validate', 'every workflow of this repository'],
      ['workflow validate ci.toml --json', 'one file, for a program'],
      ['workflow explain needs-unknown', 'what a code means'],
    ]),
  },
});

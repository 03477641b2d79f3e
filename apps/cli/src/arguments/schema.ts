// Arguments of `workflow schema`.

import { buildCommand } from '@stricli/core';
import type { CliContext } from '../context.ts';
import { lazily, withExamples } from './common-flags.ts';

export const schemaCommand = buildCommand<Record<never, never>, [], CliContext>({
  loader: lazily(async () => (await import('../subcommands/schema.ts')).schema),
  parameters: {},
  docs: {
    brief: 'Print the JSON Schema of workflow.toml, for editors',
    fullDescription: withExamples(
      'Prints the schema (draft 2020-12) with everything this installation knows, plugins included.',
      [['workflow schema > workflow.schema.json', 'then name it in your editor, or in a `#:schema` comment']],
    ),
  },
});

// Arguments of `workflow migrate just`.

import { buildCommand } from '@stricli/core';
import type { CliContext } from '../../context.ts';
import { json, lazily, withExamples, word } from '../common-flags.ts';

export interface MigrateJustFlags {
  readonly recipe?: readonly string[];
  readonly output?: string;
  readonly dump?: string;
  readonly agentsJust?: string;
  readonly force: boolean;
  readonly json: boolean;
}

export const migrateJustCommand = buildCommand<MigrateJustFlags, [string?], CliContext>({
  loader: lazily(async () => (await import('../../subcommands/migrate/just.ts')).migrateJust),
  parameters: {
    flags: {
      recipe: {
        kind: 'parsed',
        parse: word,
        optional: true,
        variadic: true,
        brief: 'Convert this recipe; may be given again. Default: all public ones',
        placeholder: 'NAME',
      },
      output: {
        kind: 'parsed',
        parse: word,
        optional: true,
        brief: 'Write the files here, or print them (-); default: workflows/ beside the justfile',
        placeholder: 'DIR',
      },
      dump: {
        kind: 'parsed',
        parse: word,
        optional: true,
        brief: 'Read what `just --dump --dump-format json` printed from this file, or from stdin (-)',
        placeholder: 'FILE',
      },
      agentsJust: {
        kind: 'parsed',
        parse: word,
        optional: true,
        brief: 'Also write a justfile with the same recipes that calls the workflows',
        placeholder: 'FILE',
      },
      force: { kind: 'boolean', brief: 'Write over files that are there', default: false },
      json: json('Print the report as JSON'),
    },
    aliases: { o: 'output' },
    positional: {
      kind: 'tuple',
      parameters: [{ parse: word, optional: true, brief: 'The justfile; default: the one here', placeholder: 'FILE' }],
    },
  },
  docs: {
    brief: 'Make workflows of the recipes of a justfile',
    fullDescription: withExamples(
      'Makes a workflow of each public recipe, validates it, and tells what became of each. Exits with 1 when one could not be converted.',
      [
        ['workflow migrate just', 'the justfile here, into workflows/'],
        ['workflow migrate just --recipe build --output -', 'one recipe, to look at'],
        ['workflow migrate just --agents-just agents.just', 'and a justfile that calls the workflows'],
        ['just --dump --dump-format json | workflow migrate just --dump -', 'where just and workflow are on two machines'],
      ],
    ),
  },
});

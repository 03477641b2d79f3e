// Arguments of `workflow artifacts`.

import { buildCommand } from '@stricli/core';
import type { CliContext } from '../context.ts';
import { json, lazily, runArgument, withExamples, word } from './common-flags.ts';

export interface ArtifactsFlags {
  readonly output?: string;
  readonly json: boolean;
}

export const artifactsCommand = buildCommand<ArtifactsFlags, [string, string?], CliContext>({
  loader: lazily(async () => (await import('../subcommands/artifacts.ts')).artifacts),
  parameters: {
    flags: {
      output: { kind: 'parsed', parse: word, optional: true, brief: 'Copy the files into this folder', placeholder: 'DIR' },
      json: json('Print the list as JSON'),
    },
    aliases: { o: 'output' },
    positional: {
      kind: 'tuple',
      parameters: [
        runArgument,
        { parse: word, optional: true, brief: 'Name of the artifact; default: all', placeholder: 'NAME' },
      ],
    },
  },
  docs: {
    brief: 'List or export the files that a run kept',
    fullDescription: withExamples(
      'Lists the artifacts of a run. With --output, copies them out after checking their checksums.',
      [
        ['workflow artifacts @', 'list'],
        ['workflow artifacts @ report --output out', 'copy the files of one artifact'],
      ],
    ),
  },
});

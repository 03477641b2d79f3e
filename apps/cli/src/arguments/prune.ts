// Arguments of `workflow prune`.

import { buildCommand } from '@stricli/core';
import type { CliContext } from '../context.ts';
import { count, json, lazily, withExamples, word } from './common-flags.ts';

export interface PruneFlags {
  readonly dryRun: boolean;
  readonly json: boolean;
  readonly olderThan?: string;
  readonly keepLast?: number;
  readonly maxSize?: string;
  readonly workflow?: string;
  readonly what?: string;
}

export const pruneCommand = buildCommand<PruneFlags, [], CliContext>({
  loader: lazily(async () => (await import('../subcommands/prune.ts')).prune),
  parameters: {
    flags: {
      dryRun: { kind: 'boolean', brief: 'Only say what would go, and how much', default: false },
      olderThan: {
        kind: 'parsed',
        parse: word,
        optional: true,
        brief: 'What is older than this, such as 30d',
        placeholder: 'DURATION',
      },
      keepLast: {
        kind: 'parsed',
        parse: count(0),
        optional: true,
        brief: 'But not the last N runs of a workflow',
        placeholder: 'N',
      },
      maxSize: {
        kind: 'parsed',
        parse: word,
        optional: true,
        brief: 'The oldest runs, until no more than this is left, such as 5GiB',
        placeholder: 'SIZE',
      },
      workflow: { kind: 'parsed', parse: word, optional: true, brief: 'Only runs of this workflow', placeholder: 'ID' },
      what: {
        kind: 'parsed',
        parse: word,
        optional: true,
        brief: 'Only these kinds: runs,logs,artifacts,blobs,bundles,workspaces,cache',
        placeholder: 'KINDS',
      },
      json: json('Print what went as JSON'),
    },
  },
  docs: {
    brief: 'Remove what is older than its retention: runs, logs, artifacts, workspaces',
    fullDescription: withExamples(
      'Removes what [retention] in config.toml says, or what the flags say instead. Runs that are not over are never touched; artifacts are kept for as long as their workflow says. Safe to interrupt and to repeat.',
      [
        ['workflow prune --dry-run', 'what the settings say'],
        ['workflow prune --older-than 30d --keep-last 10', 'runs, with all that is theirs'],
        ['workflow prune --older-than 7d --what logs', 'only logs; the runs stay'],
        ['workflow prune --max-size 5GiB', 'the oldest runs, until it fits'],
      ],
    ),
  },
});
